/** The token file: who may read it, who wins, what is refused and with which remedy. */
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bearerOf, ensureToken, findToken, tokenCheck, tokenFile } from '#server/api/token.ts';

async function temporaryHome() {
  const root = await mkdtemp(join(tmpdir(), 'tradar-token-'));
  return { home: join(root, 'home'), [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

test('made once, for the owner only, and kept', async () => {
  await using place = await temporaryHome();
  expect(await findToken(place.home)).toBeUndefined();
  const token = await ensureToken(place.home);
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect((await stat(tokenFile(place.home))).mode & 0o777).toBe(0o600);
  expect((await stat(place.home)).mode & 0o777).toBe(0o700);
  expect(await ensureToken(place.home)).toBe(token);
  expect(await findToken(place.home)).toBe(token);
  expect(await readdir(place.home)).toEqual(['token']);
});

test('many who start at once all get the same one', async () => {
  await using place = await temporaryHome();
  const tokens = await Promise.all(Array.from({ length: 20 }, () => ensureToken(place.home)));
  expect(new Set(tokens).size).toBe(1);
  expect(await readdir(place.home)).toEqual(['token']);
});

test.each([0o640, 0o604, 0o666])('mode %o is refused, with the remedy and without the token', async (mode) => {
  await using place = await temporaryHome();
  const token = await ensureToken(place.home);
  await chmod(tokenFile(place.home), mode);
  const failure = await ensureToken(place.home).catch((error: unknown) => error as Error);
  expect(String(failure)).toMatch(/others can open it; .*delete it.*chmod 600/);
  expect(String(failure)).not.toContain(token);
});

test.each(['', 'short', 'x'.repeat(44), `${'x'.repeat(42)}!`])('content %j is no token', async (content) => {
  await using place = await temporaryHome();
  await ensureToken(place.home);
  await writeFile(tokenFile(place.home), content);
  await expect(ensureToken(place.home)).rejects.toThrow(/holds no token; delete the file/);
});

test('a link is not followed', async () => {
  await using place = await temporaryHome();
  const token = await ensureToken(place.home);
  await writeFile(join(place.home, 'elsewhere'), await readFile(tokenFile(place.home)), { mode: 0o600 });
  await rm(tokenFile(place.home));
  await symlink(join(place.home, 'elsewhere'), tokenFile(place.home));
  await expect(ensureToken(place.home)).rejects.toThrow(/symbolic link/);
  expect(token).toHaveLength(43);
});

test('only the whole token passes', () => {
  const isToken = tokenCheck('abc');
  expect(['abc', 'ab', 'abcd', 'abC', '', ' abc'].map(isToken)).toEqual([true, false, false, false, false, false]);
});

test('a bearer header is read, others are none', () => {
  expect(bearerOf('Bearer abc')).toBe('abc');
  expect(bearerOf('bearer  abc')).toBe('abc');
  for (const header of [undefined, '', 'abc', 'Basic abc', 'Bearer', 'Bearer a b', 'Bearer a, Bearer b'])
    expect(bearerOf(header)).toBeUndefined();
});
