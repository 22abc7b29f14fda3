/** A stored key that is changed under a process: offered once, offered again while it is refused, and never given up for one that does not open. */
import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { KeyPair } from '#config/keys/envelope.ts';
import { keyInUse, noteKeyInUse } from '#config/keys/key-in-use.ts';
import { watchStoredKey } from '#config/keys/key-watch.ts';
import { makeMasterKey, readMasterKey } from '#config/keys/master-key.ts';
import { changeMasterKey, removeKey, storeKey } from '#config/keys/stored-keys.ts';
import { temporaryFolder } from './folder.ts';

const AT = new Date('2026-11-26T12:00:00Z');
const pair = (nth: number): KeyPair => ({ id: `PK${nth}`, secret: `canary-${randomBytes(4).toString('hex')}` });

/** A home with a stored key, and what a watch of it said. */
function watched(home: string, folder: string, refuses: (pair: KeyPair) => boolean = () => false) {
  const file = join(folder, 'master.key');
  const master = makeMasterKey(file);
  const first = pair(1);
  storeKey(home, master, { name: 'paper', pair: first, at: AT });
  const [taken, versions, troubles]: [string[], number[], string[]] = [[], [], []];
  const stop = watchStoredKey({
    ...{ home, name: 'paper', current: first, everyMs: 20 },
    env: { TRADAR_MASTER_KEY_FILE: file },
    take: async (one) => {
      if (refuses(one)) throw new Error('the broker says no');
      taken.push(one.id);
    },
    inUse: ({ version }) => versions.push(version),
    trouble: ({ message }) => troubles.push(message),
  });
  const store = (nth: number, by = readMasterKey(file)) => storeKey(home, by, { name: 'paper', pair: pair(nth), at: AT });
  return { file, store, taken, versions, troubles, [Symbol.dispose]: stop };
}

test('the key that is in use is told, a new one is offered and then told', async () => {
  using home = temporaryFolder();
  using folder = temporaryFolder();
  using it = watched(home.path, folder.path);
  await vi.waitFor(() => expect(it.versions).toEqual([1]));
  expect(it.taken).toEqual([]);
  it.store(2);
  await vi.waitFor(() => expect(it.versions).toEqual([1, 2]));
  it.store(3);
  await vi.waitFor(() => expect(it.versions).toEqual([1, 2, 3]));
  expect({ taken: it.taken, troubles: it.troubles }).toEqual({ taken: ['PK2', 'PK3'], troubles: [] });
});

test('one that the broker refuses is asked again and told once; the next one is taken', async () => {
  using home = temporaryFolder();
  using folder = temporaryFolder();
  let asked = 0;
  using it = watched(home.path, folder.path, ({ id }) => id === 'PK2' && ++asked > 0);
  it.store(2);
  await vi.waitFor(() => expect(asked).toBeGreaterThan(2), { timeout: 5_000 });
  expect(it.troubles).toEqual(['the broker says no']);
  it.store(3);
  await vi.waitFor(() => expect(it.versions.at(-1)).toBe(3), { timeout: 5_000 });
  expect(it.taken).toEqual(['PK3']);
});

test('another master key, a damaged file and a removed key leave the one in use; the right master key brings the rest', async () => {
  using home = temporaryFolder();
  using folder = temporaryFolder();
  using it = watched(home.path, folder.path);
  const next = join(folder.path, 'next.key');
  changeMasterKey(home.path, readMasterKey(it.file), makeMasterKey(next));
  await vi.waitFor(() => expect(it.troubles).toEqual([expect.stringContaining('was sealed with the master key')]));
  it.store(2, readMasterKey(next));
  renameSync(next, it.file);
  await vi.waitFor(() => expect(it.versions.at(-1)).toBe(2));
  writeFileSync(join(home.path, 'keys.json'), '{ "canary');
  await vi.waitFor(() => expect(it.troubles.at(-1)).toContain('can not be read as stored keys'));
  writeFileSync(join(home.path, 'keys.json'), '{ "version": 1, "keys": [] }');
  await vi.waitFor(() => expect(it.troubles.at(-1)).toContain('was removed from the store'));
  expect(() => removeKey(home.path, 'paper')).toThrow();
  expect(it.taken).toEqual(['PK2']);
  expect(it.troubles.join()).not.toContain('canary');
});

test('a process that is gone uses nothing', () => {
  using home = temporaryFolder();
  noteKeyInUse(home.path, { name: 'paper', version: 3 });
  expect(keyInUse(home.path, 'paper')).toMatchObject({ version: 3, pid: process.pid });
  writeFileSync(join(home.path, 'key-in-use-paper.json'), JSON.stringify({ version: 3, pid: 4_194_304, since: AT.toISOString() }));
  expect(keyInUse(home.path, 'paper')).toBeUndefined();
});
