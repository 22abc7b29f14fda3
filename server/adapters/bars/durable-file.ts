/**
 * Files that are whole or not there: written beside their place, flushed to the disk, then renamed into it. What a crash
 * leaves behind is a file that nobody names, and the next writer removes it.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { BarStoreError } from './error.ts';

/** Ends the name of a file that is not whole yet. */
export const UNFINISHED = '.part';

const OWNER_ONLY = 0o700;

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space and run it again; what was stored before is unchanged',
  EDQUOT: 'free some space of your quota and run it again; what was stored before is unchanged',
  EFBIG: 'raise the limit on the size of files (ulimit -f) and run it again; what was stored before is unchanged',
  EACCES: 'check owner and permissions of the folder',
  EROFS: 'the disk is mounted read-only; choose another home with TRADAR_HOME',
};

export function unwritable(path: string, error: unknown): BarStoreError {
  const { code = 'unknown', message } = error as NodeJS.ErrnoException;
  const why = code === 'ENOSPC' ? 'the disk is full (ENOSPC)' : code;
  return new BarStoreError({
    code: 'barsUnwritable',
    message: `${path} can not be written: ${code === 'unknown' ? message : why}`,
    hint: REMEDIES[code] ?? 'check the disk and run it again; what was stored before is unchanged',
    facts: { path, errno: code },
    cause: error,
  });
}

/** One by one: Node's own recursive mkdir never ends where a folder exists and takes nothing in, as /proc does. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: OWNER_ONLY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw unwritable(path, error);
  }
}

/** Until the folder knows its new names, a power cut may take them back. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    // Some file systems can not flush a folder; nothing better can be done there.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    closeSync(folder);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Throws a BarStoreError, and leaves what was there, when it can not be written. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const part = path + UNFINISHED;
  try {
    const file = openSync(part, 'w', 0o600);
    try {
      writeAll(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(part, { force: true });
    throw unwritable(path, error);
  }
}
