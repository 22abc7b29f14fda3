/**
 * The master key that stored broker keys are sealed with: 32 bytes as base64, in a file that only its owner can read, or in the
 * environment. It is never written where the sealed keys are unless somebody puts it there.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Environment, MASTER_KEY_FILE_VARIABLE, MASTER_KEY_VARIABLE } from '../outside.ts';
import { KeyStoreError } from './key-store-error.ts';

const BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;
const OTHERS = 0o077;
const FINGERPRINT_LENGTH = 16;

export interface MasterKey {
  readonly bytes: Buffer;
  /** Tells master keys apart without telling anything of them: the beginning of their SHA-256, hexadecimal. */
  readonly id: string;
}

const masterKey = (bytes: Buffer): MasterKey => ({
  bytes,
  id: createHash('sha256').update('tradar master key').update(bytes).digest('hex').slice(0, FINGERPRINT_LENGTH),
});

/** From the file that the environment names, or from the environment itself. Throws a KeyStoreError when there is none, or none that is safe. */
export function masterKeyFrom(env: Environment): MasterKey {
  const [file, text] = [env[MASTER_KEY_FILE_VARIABLE] || undefined, env[MASTER_KEY_VARIABLE] || undefined];
  if (file !== undefined) return readMasterKey(file);
  if (text !== undefined) return parseMasterKey(text, `env ${MASTER_KEY_VARIABLE}`);
  throw new KeyStoreError({
    code: 'masterKeyMissing',
    message: 'there is no master key for the stored keys',
    hint: `name its file in ${MASTER_KEY_FILE_VARIABLE}; "tradar keys add" makes one where none is`,
  });
}

/** Follows no link and takes no file that somebody else could have read. */
export function readMasterKey(file: string): MasterKey {
  const fd = openAlone(file);
  try {
    const stat = fstatSync(fd);
    const isOurs = process.getuid === undefined || stat.uid === process.getuid();
    if (!stat.isFile() || !isOurs || (stat.mode & OTHERS) !== 0) {
      throw new KeyStoreError({
        code: 'masterKeyUnsafe',
        message: `${file} is no plain file that only its owner, you, can read`,
        hint: `chmod 600 ${file}, and chown it to the user of the daemon; if others could read it, make a new one ("tradar keys rotate --master")`,
      });
    }
    return parseMasterKey(readFileSync(fd, 'utf8').trim(), file);
  } finally {
    closeSync(fd);
  }
}

function openAlone(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message = code === 'ELOOP' ? `${file} is a link` : `the master key can not be read from ${file}: ${code}`;
    const hint =
      code === 'ENOENT' ? '"tradar keys add" makes one there' : 'name the file itself, and give it to the user of the daemon alone (0600)';
    throw new KeyStoreError({ code: code === 'ENOENT' ? 'masterKeyMissing' : 'masterKeyUnsafe', message, hint });
  }
}

function parseMasterKey(text: string, where: string): MasterKey {
  const bytes = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (bytes.length === BYTES) return masterKey(bytes);
  const hint = 'it is 32 bytes of chance as base64: 44 characters; "openssl rand -base64 32" makes one';
  throw new KeyStoreError({ code: 'masterKeyDamaged', message: `what is in ${where} is no master key`, hint });
}

/** A new one in a file that was not there: never over an old one, without which what it sealed is lost. */
export function makeMasterKey(file: string): MasterKey {
  const bytes = randomBytes(BYTES);
  let fd: number;
  try {
    fd = openSync(file, 'wx', 0o600);
  } catch (error) {
    const message = `no master key can be made in ${file}: ${(error as NodeJS.ErrnoException).code}`;
    throw new KeyStoreError({ code: 'masterKeyNotMade', message, hint: 'name a file that is not there yet, in a folder that is' });
  }
  try {
    // All of it or an error: a single write takes what fits on the disk, and says nothing.
    writeFileSync(fd, `${bytes.toString('base64')}\n`);
    fsyncSync(fd);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return masterKey(bytes);
}
