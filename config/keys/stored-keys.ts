/** Adding, changing and opening the keys that are stored in a home. */

import { type KeyName, type KeyPair, mustBeMasterOf, open, reseal, type SealedKey, seal } from './envelope.ts';
import { readKeys, writeKeys } from './key-file.ts';
import { KeyStoreError } from './key-store-error.ts';
import { whileNobodyElse } from './keys-lock.ts';
import type { MasterKey } from './master-key.ts';

const END = 4;

/** Puts a key under a name; the one that was there before is gone from the file. */
export function storeKey(home: string, master: MasterKey, { name, pair, at }: { name: KeyName; pair: KeyPair; at: Date }): SealedKey {
  return whileNobodyElse(home, () => {
    const keys = readKeys(home);
    const before = keys.find((key) => key.name === name);
    // There would be keys of two master keys, of which neither could be changed for another.
    for (const key of keys) mustBeMasterOf(master, key);
    const about = { name, version: (before?.version ?? 0) + 1, keyIdEnd: pair.id.slice(-END), createdAt: at.toISOString() };
    const record = seal(master, about, pair);
    writeKeys(home, [...keys.filter((key) => key.name !== name), record]);
    return record;
  });
}

export function removeKey(home: string, name: KeyName): void {
  found(readKeys(home), name);
  whileNobodyElse(home, () => {
    const left = readKeys(home).filter((key) => key.name !== name);
    writeKeys(home, left);
  });
}

export const hasKey = (home: string, name: KeyName): boolean => readKeys(home).some((key) => key.name === name);

export const openKey = (home: string, master: MasterKey, name: KeyName): KeyPair => open(master, found(readKeys(home), name));

/** All keys for another master key, or none: every one is opened with the new one before the file is written. */
export function changeMasterKey(home: string, from: MasterKey, to: MasterKey): readonly SealedKey[] {
  return whileNobodyElse(home, () => {
    const keys = readKeys(home).map((key) => reseal(from, to, key));
    for (const key of keys) open(to, key);
    writeKeys(home, keys);
    return keys;
  });
}

function found(keys: readonly SealedKey[], name: KeyName): SealedKey {
  const key = keys.find((one) => one.name === name);
  if (key !== undefined) return key;
  const there = keys.length === 0 ? 'none is stored' : `stored are ${keys.map((one) => one.name).join(', ')}`;
  throw new KeyStoreError({ code: 'keyMissing', message: `there is no key "${name}"`, hint: `${there}; "tradar keys add" stores one` });
}
