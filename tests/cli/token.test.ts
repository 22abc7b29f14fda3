/** `tradar token`: prints the token of a role and nothing else, makes none, and the daemon lets it do what it may. */
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureTokens } from '#server/api/token.ts';
import { httpClient, serveFake } from '#tests/api/harness.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { tradar } from './tradar.ts';

test('the token alone is on stdout, and what it opens is what its role may', { timeout: 30_000 }, async () => {
  using home = temporaryFolder();
  const tokens = await ensureTokens(home.path);
  await using served = await serveFake({ tokens });
  const env = { TRADAR_HOME: home.path };
  const plain = await tradar({ args: ['token', '--role', 'viewer'], env });
  expect(plain).toMatchObject({ code: 0, out: `${tokens.viewer}\n` });
  expect(plain.err).toBe(`the viewer token, from ${join(home.path, 'viewer-token')}\n`);
  const json = await tradar({ args: ['token', '--role', 'operator', '--json'], env });
  expect({ code: json.code, err: json.err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(json.out)).toEqual({ role: 'operator', token: tokens.operator, file: join(home.path, 'token') });

  const phone = httpClient(served.api.url, { Authorization: `Bearer ${plain.out.trim()}` });
  const { latchId } = await phone.killSwitch.engage.mutate({ level: 'cancelOpening', reason: 'phone' });
  await expect(phone.killSwitch.release.mutate({ latchId, note: 'x', phrase: 'x' })).rejects.toMatchObject({
    data: { appCode: 'operatorOnly' },
  });
});

test('without a token it makes none, and one that others can open is not printed', { timeout: 30_000 }, async () => {
  using home = temporaryFolder();
  const env = { TRADAR_HOME: home.path };
  const none = await tradar({ args: ['token', '--role', 'viewer', '--json'], env });
  expect({ code: none.code, ...(JSON.parse(none.out) as object) }).toMatchObject({
    code: 1,
    error: { code: 'tokenMissing', message: `there is no viewer token: no ${join(home.path, 'viewer-token')}` },
  });
  expect(readdirSync(home.path)).toEqual([]);
  const { viewer } = await ensureTokens(home.path);
  chmodSync(join(home.path, 'viewer-token'), 0o644);
  const open = await tradar({ args: ['token', '--role', 'viewer'], env });
  expect(open).toMatchObject({ code: 1, out: '' });
  expect(open.err).toContain('others can open it');
  expect(open.err).not.toContain(viewer);
});
