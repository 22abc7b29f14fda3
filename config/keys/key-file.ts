/** The file of the sealed keys, `keys.json` in the home: read whole, written whole, for its owner alone. */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type SealedKey, sealedKey } from './envelope.ts';
import { KeyStoreError } from './key-store-error.ts';

const stored = z.strictObject({ version: z.literal(1), keys: z.array(sealedKey) });

export const keyFile = (home: string): string => join(home, 'keys.json');

export function readKeys(home: string): readonly SealedKey[] {
  const file = keyFile(home);
  if (!existsSync(file)) return [];
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8'))).keys;
  } catch {
    // What a parser says of it may repeat what is in it.
    throw new KeyStoreError({
      code: 'keyFileDamaged',
      message: `${file} can not be read as stored keys`,
      hint: 'restore it from a backup, or remove it and add the keys anew',
    });
  }
}

/** The old file or the new one is there at every moment, whole, whatever happens. */
export function writeKeys(home: string, keys: readonly SealedKey[]): void {
  const file = keyFile(home);
  const draft = `${file}.draft`;
  rmSync(draft, { force: true });
  const fd = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    fchmodSync(fd, 0o600);
    // All of it or an error: of a disk with little room a single write takes what fits, and says nothing.
    writeFileSync(fd, `${JSON.stringify({ version: 1, keys }, undefined, 2)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
