/** A file of recorded bars, as bytes and as text; what is wrong with it is said with its name and the remedy. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A manifest speaks of its own folder only. */
export function tapeFileIn(folder: string, file: string): string {
  const plain = normalize(file);
  if (!isAbsolute(plain) && plain !== '..' && !plain.startsWith(`..${sep}`)) return join(folder, plain);
  throw new Error(`${join(folder, 'manifest.json')}: "${file}" is outside the folder; move the file into it and name it without ".."`);
}

export function readTapeFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new Error(`${path} can not be read (${why}); restore the file, or take it out of the list of files`, { cause: error });
  }
}

export function textOfTapeFile(path: string, packed: Buffer): string {
  if (!path.endsWith('.gz')) return packed.toString('utf8');
  try {
    return gunzipSync(packed).toString('utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'pack it with gzip again, or name it without .gz when it is plain text';
    throw new Error(`${path} is not whole gzip data (${why}); ${remedy}`, { cause: error });
  }
}
