/** The token files: who may read them, who wins, what is refused and with which remedy. */
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROLES } from '#server/api/role.ts';
import { bearerOf, ensureTokens, findToken, roleCheck, tokenFile } from '#server/api/token.ts';

async function temporaryHome() {
  const root = await mkdtemp(join(tmpdir(), 'tradar-token-'));
  return { home: join(root, 'home'), [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

test('made once, for the owner only, and kept', async () => {
  await using place = await temporaryHome();
  const tokens = await ensureTokens(place.home);
  expect((await stat(place.home)).mode & 0o777).toBe(0o700);
  for (const role of ROLES) {
    expect(Buffer.from(tokens[role], 'base64url')).toHaveLength(32);
    expect((await stat(tokenFile(place.home, role))).mode & 0o777).toBe(0o600);
    expect(await findToken(place.home, role)).toBe(tokens[role]);
  }
  expect(await ensureTokens(place.home)).toEqual(tokens);
  expect(await readdir(place.home)).toEqual(['token', 'viewer-token']);
});

test('a home from before there were roles: its token stays, and is the operator', async () => {
  await using place = await temporaryHome();
  const { operator } = await ensureTokens(place.home);
  await rm(tokenFile(place.home, 'viewer'));
  expect(await findToken(place.home, 'viewer')).toBeUndefined();
  const tokens = await ensureTokens(place.home);
  expect(tokens.operator).toBe(operator);
  expect(tokens.viewer).toBe(await findToken(place.home, 'viewer'));
  expect(tokens.viewer).not.toBe(operator);
});

test('a viewer token that is the operator token is refused, with the remedy', async () => {
  await using place = await temporaryHome();
  await ensureTokens(place.home);
  await copyFile(tokenFile(place.home, 'operator'), tokenFile(place.home, 'viewer'));
  await expect(ensureTokens(place.home)).rejects.toThrow(/viewer-token holds the same token as .*; delete .*viewer-token and start/);
});

test('many who start at once all get the same one', async () => {
  await using place = await temporaryHome();
  const tokens = await Promise.all(Array.from({ length: 20 }, () => ensureTokens(place.home)));
  for (const role of ROLES) expect(new Set(tokens.map((found) => found[role])).size).toBe(1);
  expect(await readdir(place.home)).toEqual(['token', 'viewer-token']);
});

test.each([0o640, 0o604, 0o666])('mode %o is refused, with the remedy and without the token', async (mode) => {
  await using place = await temporaryHome();
  const tokens = await ensureTokens(place.home);
  for (const role of ROLES) {
    await chmod(tokenFile(place.home, role), mode);
    const failure = await ensureTokens(place.home).catch((error: unknown) => error as Error);
    expect(String(failure)).toMatch(/others can open it; .*delete it.*chmod 600/);
    expect(String(failure)).not.toContain(tokens[role]);
    await chmod(tokenFile(place.home, role), 0o600);
  }
});

test.each(['', 'short', 'x'.repeat(44), `${'x'.repeat(42)}!`])('content %j is no token', async (content) => {
  await using place = await temporaryHome();
  await ensureTokens(place.home);
  await writeFile(tokenFile(place.home, 'viewer'), content);
  await expect(ensureTokens(place.home)).rejects.toThrow(/holds no token; delete the file/);
});

test('a link is not followed', async () => {
  await using place = await temporaryHome();
  const { operator } = await ensureTokens(place.home);
  await writeFile(join(place.home, 'elsewhere'), await readFile(tokenFile(place.home, 'operator')), { mode: 0o600 });
  await rm(tokenFile(place.home, 'operator'));
  await symlink(join(place.home, 'elsewhere'), tokenFile(place.home, 'operator'));
  await expect(ensureTokens(place.home)).rejects.toThrow(/symbolic link/);
  expect(operator).toHaveLength(43);
});

test('only the whole token passes', () => {
  const roleOf = roleCheck({ operator: 'abc', viewer: 'xyz' });
  expect(['abc', 'xyz'].map(roleOf)).toEqual(['operator', 'viewer']);
  for (const claimed of ['ab', 'abcd', 'abC', '', ' abc', 'xy', 'xyz ', 'abcxyz']) expect(roleOf(claimed)).toBeUndefined();
});

test('a bearer header is read, others are none', () => {
  expect(bearerOf('Bearer abc')).toBe('abc');
  expect(bearerOf('bearer  abc')).toBe('abc');
  for (const header of [undefined, '', 'abc', 'Basic abc', 'Bearer', 'Bearer a b', 'Bearer a, Bearer b'])
    expect(bearerOf(header)).toBeUndefined();
});
