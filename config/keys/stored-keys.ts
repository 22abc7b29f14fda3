/** Adding, changing and opening the keys that are stored in a home. */

import { type KeyName, type KeyPair, open, reseal, type SealedKey, seal } from './envelope.ts';
import { readKeys, writeKeys } from './key-file.ts';
import { KeyStoreError } from './key-store-error.ts';
import type { MasterKey } from './master-key.ts';

const END = 4;

/** Puts a key under a name; the one that was there before is gone from the file. */
export function storeKey(home: string, master: MasterKey, { name, pair, at }: { name: KeyName; pair: KeyPair; at: Date }): SealedKey {
  const keys = readKeys(home);
  const version = (keys.find((key) => key.name === name)?.version ?? 0) + 1;
  const record = seal(master, { name, version, keyIdEnd: pair.id.slice(-END), createdAt: at.toISOString() }, pair);
  writeKeys(home, [...keys.filter((key) => key.name !== name), record]);
  return record;
}

export function removeKey(home: string, name: KeyName): void {
  const keys = readKeys(home);
  found(keys, name);
  writeKeys(
    home,
    keys.filter((key) => key.name !== name),
  );
}

export const hasKey = (home: string, name: KeyName): boolean => readKeys(home).some((key) => key.name === name);

export const openKey = (home: string, master: MasterKey, name: KeyName): KeyPair => open(master, found(readKeys(home), name));

/** All keys for another master key, or none: every one is opened with the new one before the file is written. */
export function changeMasterKey(home: string, from: MasterKey, to: MasterKey): readonly SealedKey[] {
  const keys = readKeys(home).map((key) => reseal(from, to, key));
  for (const key of keys) open(to, key);
  writeKeys(home, keys);
  return keys;
}

function found(keys: readonly SealedKey[], name: KeyName): SealedKey {
  const key = keys.find((one) => one.name === name);
  if (key !== undefined) return key;
  const there = keys.length === 0 ? 'none is stored' : `stored are ${keys.map((one) => one.name).join(', ')}`;
  throw new KeyStoreError({ code: 'keyMissing', message: `there is no key "${name}"`, hint: `${there}; "tradar keys add" stores one` });
}
