/**
 * A broker's key under two locks: sealed with a data key of its own, which is sealed with the master key. AES-256-GCM, a fresh
 * random 96-bit nonce for each sealing, a 128-bit tag, and everything that the key is for in the authenticated part: a key of the paper
 * account put in the place of the live one does not open. Changing the master key seals the data keys again, never the secrets.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { KeyStoreError } from './key-store-error.ts';
import type { MasterKey } from './master-key.ts';

const ALGORITHM = 'aes-256-gcm';
const [KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 12, 16];
const SCHEMA = 'tradar-key-1';

export const KEY_NAMES = ['paper', 'paper-guard', 'live', 'live-guard'] as const;
export type KeyName = (typeof KEY_NAMES)[number];

const base64 = z.base64();
const sealed = z.strictObject({ nonce: base64, text: base64, tag: base64 });
type Sealed = z.output<typeof sealed>;

export const sealedKey = z.strictObject({
  name: z.enum(KEY_NAMES),
  /** Counts up with each new key under this name. */
  version: z.int().min(1),
  /** For people: which key it is, without being it. */
  keyIdEnd: z.string().max(4),
  createdAt: z.iso.datetime(),
  /** Which master key opens it. */
  master: z.string(),
  dataKey: sealed,
  secret: sealed,
});
export type SealedKey = z.output<typeof sealedKey>;

/** What the broker knows the account's owner by. */
export interface KeyPair {
  readonly id: string;
  readonly secret: string;
}

const keyPair = z.strictObject({ id: z.string(), secret: z.string() });

type About = Pick<SealedKey, 'name' | 'version' | 'keyIdEnd' | 'createdAt'>;

/** What a sealing is of, so that nothing opens in another place, under another name or as another version. */
const authenticated = ({ name, version, keyIdEnd, createdAt }: About, part: 'dataKey' | 'secret'): Buffer =>
  Buffer.from(JSON.stringify([SCHEMA, part, name, version, keyIdEnd, createdAt]));

function lock(key: Buffer, plain: Buffer, about: Buffer): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(about);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { nonce: nonce.toString('base64'), text: text.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
}

function unlock(key: Buffer, { nonce, text, tag }: Sealed, about: Buffer): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, 'base64'), { authTagLength: TAG_BYTES });
  decipher.setAAD(about).setAuthTag(Buffer.from(tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(text, 'base64')), decipher.final()]);
}

export function seal(master: MasterKey, about: About, pair: KeyPair): SealedKey {
  const dataKey = randomBytes(KEY_BYTES);
  const plain = Buffer.from(JSON.stringify(pair));
  try {
    return {
      ...about,
      master: master.id,
      dataKey: lock(master.bytes, dataKey, authenticated(about, 'dataKey')),
      secret: lock(dataKey, plain, authenticated(about, 'secret')),
    };
  } finally {
    dataKey.fill(0);
    plain.fill(0);
  }
}

/** Throws a KeyStoreError when the master key is another one, or a byte of the record is. */
export function open(master: MasterKey, record: SealedKey): KeyPair {
  const dataKey = dataKeyOf(master, record);
  try {
    const plain = unlock(dataKey, record.secret, authenticated(record, 'secret'));
    const pair = keyPair.parse(JSON.parse(plain.toString('utf8')));
    plain.fill(0);
    return pair;
  } catch {
    throw damaged(record);
  } finally {
    dataKey.fill(0);
  }
}

/** The same key, for another master key. */
export function reseal(from: MasterKey, to: MasterKey, record: SealedKey): SealedKey {
  const dataKey = dataKeyOf(from, record);
  try {
    return { ...record, master: to.id, dataKey: lock(to.bytes, dataKey, authenticated(record, 'dataKey')) };
  } finally {
    dataKey.fill(0);
  }
}

/** Throws where it was sealed with another one. */
export function mustBeMasterOf(master: MasterKey, record: SealedKey): void {
  if (record.master === master.id) return;
  throw new KeyStoreError({
    code: 'masterKeyWrong',
    message: `the key "${record.name}" was sealed with the master key ${record.master}, and this one is ${master.id}`,
    hint: 'name the file of that master key, or remove the key and add it anew',
  });
}

function dataKeyOf(master: MasterKey, record: SealedKey): Buffer {
  mustBeMasterOf(master, record);
  try {
    return unlock(master.bytes, record.dataKey, authenticated(record, 'dataKey'));
  } catch {
    throw damaged(record);
  }
}

const damaged = ({ name }: SealedKey): KeyStoreError =>
  new KeyStoreError({
    code: 'keyDamaged',
    message: `the stored key "${name}" is not what was stored`,
    hint: `remove it ("tradar keys remove ${name}") and add it anew; if nobody here changed it, make a new key at the broker as well`,
  });
