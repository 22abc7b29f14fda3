/** Keys at rest: what was sealed opens, and only with its master key, under its name, unchanged to the last bit. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEY_NAMES, open, reseal, type SealedKey, seal } from '#config/keys/envelope.ts';
import { keyFile, readKeys } from '#config/keys/key-file.ts';
import { type MasterKey, makeMasterKey, masterKeyFrom, readMasterKey } from '#config/keys/master-key.ts';
import { changeMasterKey, openKey, storeKey } from '#config/keys/stored-keys.ts';
import { loadConfig } from '#config/load.ts';
import { temporaryFolder } from './folder.ts';

const PAIR = { id: 'PKTESTCANARYID', secret: 'canary/secret+0123456789' };
const AT = new Date('2026-11-26T12:00:00Z');
const about = { name: 'paper', version: 1, keyIdEnd: 'RYID', createdAt: AT.toISOString() } as const;

function newMaster(): MasterKey {
  return masterKeyFrom({ TRADAR_MASTER_KEY: randomBytes(32).toString('base64') });
}

const thrown = (work: () => unknown): { code?: string; message?: string } => {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string };
  }
  return {};
};

test('what was sealed opens with its master key', () => {
  const master = newMaster();
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom(...KEY_NAMES), (id, secret, name) => {
      expect(open(master, seal(master, { ...about, name }, { id, secret }))).toEqual({ id, secret });
    }),
  );
});

test('no byte of it can be changed, and no fact about it', () => {
  const master = newMaster();
  const record = seal(master, about, PAIR);
  const flipped = (text: string, bit: number): string => {
    const bytes = Buffer.from(text, 'base64');
    const at = (bit >> 3) % bytes.length;
    bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
    return bytes.toString('base64');
  };
  fc.assert(
    fc.property(
      fc.constantFrom('dataKey', 'secret'),
      fc.constantFrom('nonce', 'text', 'tag'),
      fc.nat({ max: 511 }),
      (part: 'dataKey' | 'secret', field: 'nonce' | 'text' | 'tag', bit) => {
        const changed: SealedKey = { ...record, [part]: { ...record[part], [field]: flipped(record[part][field], bit) } };
        expect(thrown(() => open(master, changed)).code).toBe('keyDamaged');
      },
    ),
  );
  for (const change of [{ name: 'live' }, { version: 2 }, { keyIdEnd: 'ABCD' }, { createdAt: '2027-01-01T00:00:00.000Z' }] as const) {
    expect(thrown(() => open(master, { ...record, ...change })).code).toBe('keyDamaged');
  }
});

test('each sealing has its own data key and nonces', () => {
  const master = newMaster();
  const texts = Array.from({ length: 200 }, () => seal(master, about, PAIR)).flatMap(({ dataKey, secret }) => [
    dataKey.nonce,
    dataKey.text,
    secret.nonce,
    secret.text,
  ]);
  expect(new Set(texts).size).toBe(texts.length);
});

test('another master key opens nothing, until all is sealed for it', () => {
  const [one, other] = [newMaster(), newMaster()];
  const record = seal(one, about, PAIR);
  expect(thrown(() => open(other, record)).code).toBe('masterKeyWrong');
  expect(thrown(() => open({ ...other, id: one.id }, record)).code).toBe('keyDamaged');
  const again = reseal(one, other, record);
  expect(open(other, again)).toEqual(PAIR);
  expect(again.secret).toEqual(record.secret);
  expect(thrown(() => open(one, again)).code).toBe('masterKeyWrong');
});

test('the file has no word of the key, is its owner’s alone, and the last write counts', () => {
  using home = temporaryFolder();
  const master = newMaster();
  storeKey(home.path, master, { name: 'paper', pair: PAIR, at: AT });
  storeKey(home.path, master, { name: 'live', pair: { id: 'other', secret: 'else' }, at: AT });
  const second = storeKey(home.path, master, { name: 'paper', pair: { ...PAIR, secret: 'new' }, at: AT });
  expect(second.version).toBe(2);
  expect(openKey(home.path, master, 'paper').secret).toBe('new');
  expect(openKey(home.path, master, 'live').id).toBe('other');
  expect(readFileSync(keyFile(home.path), 'utf8')).not.toMatch(/canary|PKTEST|else/);
  expect(statSync(keyFile(home.path)).mode & 0o777).toBe(0o600);
});

test('a draft that a crash left behind is no obstacle, and never read', () => {
  using home = temporaryFolder();
  const master = newMaster();
  storeKey(home.path, master, { name: 'paper', pair: PAIR, at: AT });
  writeFileSync(`${keyFile(home.path)}.draft`, '{"version":1,"keys":[', { mode: 0o644 });
  expect(openKey(home.path, master, 'paper')).toEqual(PAIR);
  storeKey(home.path, master, { name: 'live', pair: PAIR, at: AT });
  expect(statSync(keyFile(home.path)).mode & 0o777).toBe(0o600);
});

test('a new master key for all keys or for none', () => {
  using home = temporaryFolder();
  const [one, other, stranger] = [newMaster(), newMaster(), newMaster()];
  storeKey(home.path, one, { name: 'paper', pair: PAIR, at: AT });
  storeKey(home.path, one, { name: 'paper-guard', pair: PAIR, at: AT });
  const before = readKeys(home.path);
  expect(thrown(() => changeMasterKey(home.path, stranger, other)).code).toBe('masterKeyWrong');
  expect(readKeys(home.path)).toEqual(before);
  changeMasterKey(home.path, one, other);
  expect(openKey(home.path, other, 'paper-guard')).toEqual(PAIR);
  expect(thrown(() => openKey(home.path, one, 'paper')).code).toBe('masterKeyWrong');
});

test('a damaged file of keys is called so, without a word of what is in it', () => {
  using home = temporaryFolder();
  writeFileSync(keyFile(home.path), '{"version":1,"keys":[{"secret":"canary"');
  expect(thrown(() => readKeys(home.path))).toMatchObject({ code: 'keyFileDamaged', message: expect.not.stringContaining('canary') });
});

test('a master key that others can read, a link to one, or half of one is refused', () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'master.key');
  const made = makeMasterKey(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readMasterKey(file).id).toBe(made.id);
  expect(thrown(() => makeMasterKey(file)).code).toBe('masterKeyNotMade');
  symlinkSync(file, join(folder.path, 'link'));
  expect(thrown(() => readMasterKey(join(folder.path, 'link'))).code).toBe('masterKeyUnsafe');
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(file, mode);
    expect(thrown(() => readMasterKey(file)).code).toBe('masterKeyUnsafe');
  }
  chmodSync(file, 0o600);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 30));
  expect(thrown(() => readMasterKey(file)).code).toBe('masterKeyDamaged');
  expect(thrown(() => readMasterKey(join(folder.path, 'none'))).code).toBe('masterKeyMissing');
  expect(thrown(() => masterKeyFrom({})).code).toBe('masterKeyMissing');
});

test('the configuration takes the stored key of its mode, and the environment goes before it', () => {
  using home = temporaryFolder();
  const text = randomBytes(32).toString('base64');
  const master = masterKeyFrom({ TRADAR_MASTER_KEY: text });
  storeKey(home.path, master, { name: 'paper', pair: PAIR, at: AT });
  const sources = { env: { TRADAR_MODE: 'paper', TRADAR_HOME: home.path, TRADAR_MASTER_KEY: text }, flags: {}, cwd: home.path };
  const idOf = (env: Record<string, string>): string | undefined => {
    const reading = loadConfig({ ...sources, env });
    return 'faults' in reading ? undefined : reading.config.keys?.id.reveal();
  };
  expect(idOf(sources.env)).toBe(PAIR.id);
  expect(idOf({ ...sources.env, APCA_API_KEY_ID: 'env', APCA_API_SECRET_KEY: 'env' })).toBe('env');
  const without = loadConfig({ ...sources, env: { TRADAR_MODE: 'paper', TRADAR_HOME: home.path } });
  const problems = 'faults' in without ? without.faults.map(({ problem }) => problem) : [];
  expect(problems, 'a master key that is missing or wrong is one complaint, not two').toEqual([expect.stringContaining('no master key')]);
  expect(inspect(loadConfig(sources), { depth: 20 })).not.toMatch(/canary|PKTEST/);
});
