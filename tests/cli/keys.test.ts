/** `tradar keys`: nothing of a key ever comes back out, whatever goes wrong. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '#tests/config/folder.ts';
import { type Outcome, tradar } from './tradar.ts';

const [ID, SECRET, NEXT] = ['PKCANARYCANARY', 'canary-secret-of-the-first', 'canary-secret-of-the-next'];

/** A home and a folder for master keys, with every word that any call said. */
function desk(home: string, masters: string) {
  const heard: string[] = [];
  const call = async (args: string[], input?: string, master = 'one.key'): Promise<Outcome> => {
    const env = { TRADAR_HOME: home, TRADAR_MASTER_KEY_FILE: join(masters, master) };
    const outcome = await tradar({ args: ['keys', ...args], env, ...(input === undefined ? {} : { input }) });
    heard.push(outcome.out, outcome.err);
    return outcome;
  };
  return { call, heard };
}

test('added, listed, rotated, sealed for another master key, removed', async () => {
  using home = temporaryFolder();
  using masters = temporaryFolder();
  const { call, heard } = desk(home.path, masters.path);
  const added = await call(['add', 'paper', '--json'], `${ID}\n${SECRET}\n`);
  expect(added.code).toBe(0);
  expect(JSON.parse(added.out)).toMatchObject({ name: 'paper', version: 1, keyIdEnd: 'NARY' });
  expect((await call(['add', 'paper'], `${ID}\n${SECRET}\n`)).err).toContain('tradar keys rotate paper');
  const rotated = await call(['rotate', 'paper', '--json'], `${ID}\n${NEXT}\n`);
  expect(JSON.parse(rotated.out)).toMatchObject({ version: 2 });
  const moved = await call(['rotate', '--master', join(masters.path, 'two.key'), '--json']);
  expect(moved.code).toBe(0);
  expect((await call(['rotate', 'paper'], `${ID}\n${NEXT}\n`)).err).toContain('was sealed with the master key');
  expect((await call(['rotate', 'paper', '--json'], `${ID}\n${NEXT}\n`, 'two.key')).code).toBe(0);
  const { keys } = JSON.parse((await call(['list', '--json'])).out) as { keys: { version: number; master: string }[] };
  expect(keys).toEqual([expect.objectContaining({ version: 3, master: (JSON.parse(moved.out) as { master: string }).master })]);
  expect((await call(['remove', 'paper'])).code).toBe(0);
  expect((await call(['list'])).out).toBe('no key is stored\n');
  for (const file of readdirSync(home.path)) heard.push(readFileSync(join(home.path, file), 'utf8'));
  expect(heard.join('\n')).not.toMatch(/canary|PKCANARY/);
});

test('a slip in the name of the master key made a second one, and keys of two that nothing could seal anew', async () => {
  using home = temporaryFolder();
  using masters = temporaryFolder();
  const { call } = desk(home.path, masters.path);
  await call(['add', 'paper'], `${ID}\n${SECRET}\n`);
  const slip = await call(['add', 'paper-guard'], `${ID}\n${SECRET}\n`, 'onne.key');
  expect({ code: slip.code, made: readdirSync(masters.path) }).toEqual({ code: 1, made: ['one.key'] });
  expect(slip.err).toMatch(/there is no .*onne\.key, and what is stored was sealed with the master key [0-9a-f]{16}\n/);
  writeFileSync(join(masters.path, 'two.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
  const other = await call(['add', 'paper-guard'], `${ID}\n${SECRET}\n`, 'two.key');
  expect({ code: other.code, said: other.err }).toEqual({ code: 1, said: expect.stringContaining('was sealed with the master key') });
  expect((await call(['rotate', '--master', join(masters.path, 'three.key')])).code).toBe(0);
});

test('of keys that were added at the same time one was lost, with exit 0', async () => {
  using home = temporaryFolder();
  using masters = temporaryFolder();
  const { call } = desk(home.path, masters.path);
  await call(['add', 'live'], `${ID}\n${SECRET}\n`);
  const names = ['paper', 'paper-guard', 'live-guard'];
  const added = await Promise.all(names.map((name) => call(['add', name], `${ID}\n${SECRET}\n`)));
  expect(added.map(({ code }) => code)).toEqual([0, 0, 0]);
  const { keys } = JSON.parse((await call(['list', '--json'])).out) as { keys: { name: string }[] };
  expect(new Set(keys.map(({ name }) => name))).toEqual(new Set([...names, 'live']));
});

test('a disk with little room cut the file of the keys, with exit 0: the old one stays', async () => {
  using home = temporaryFolder();
  using masters = temporaryFolder();
  const env = { TRADAR_HOME: home.path, TRADAR_MASTER_KEY_FILE: join(masters.path, 'one.key') };
  const add = (name: string, mostBlocks?: number) =>
    tradar({ args: ['keys', 'add', name], env, input: `${ID}\n${SECRET}\n`, ...(mostBlocks === undefined ? {} : { mostBlocks }) });
  const none = await add('live', 0);
  expect({ code: none.code, made: readdirSync(masters.path) }).toEqual({ code: 1, made: [] });
  for (const name of ['live', 'paper', 'paper-guard']) expect((await add(name)).code).toBe(0);
  const before = readFileSync(join(home.path, 'keys.json'), 'utf8');
  const refused = await add('live-guard', 1);
  expect({ code: refused.code, said: refused.err }).toEqual({ code: 1, said: expect.stringContaining('EFBIG') });
  expect(readFileSync(join(home.path, 'keys.json'), 'utf8')).toBe(before);
});

test('what is wrong is said with exit 2, and nothing is stored', async () => {
  using home = temporaryFolder();
  using masters = temporaryFolder();
  const { call, heard } = desk(home.path, masters.path);
  const wrong = [
    await call(['add', 'papr'], `${ID}\n${SECRET}\n`),
    await call(['add'], `${ID}\n${SECRET}\n`),
    await call(['add', 'paper'], `${SECRET}\n`),
    await call(['add', 'paper'], ''),
    await call(['add', 'paper'], `${ID}\n${SECRET}\n${NEXT}\n`),
    await call(['add', 'paper'], `${ID} ${SECRET}\n${NEXT}\n`),
    await call(['rotate', 'paper', '--master', join(masters.path, 'two.key')]),
  ];
  expect(wrong.map(({ code }) => code)).toEqual(wrong.map(() => 2));
  expect(wrong[0]?.err).toContain('did you mean "paper"?');
  expect((await call(['remove', 'live'])).code).toBe(1);
  expect(existsSync(join(home.path, 'keys.json'))).toBe(false);
  expect(readdirSync(masters.path)).toEqual([]);
  expect(heard.join('\n')).not.toMatch(/canary/);
});
