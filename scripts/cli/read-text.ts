/** Reads a text file that a flag names, unpacked when its name ends in .gz. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Failure, misuse } from './failure.ts';

/** `code` is the failure's, when the file is there but broken. */
export async function readText(flag: string, path: string, code: string): Promise<string> {
  const packed = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw misuse(`${path} can not be read: ${error.code ?? error.message}`, `give --${flag} a CSV file, gzipped when it ends in .gz`);
  });
  if (!path.endsWith('.gz')) return packed.toString('utf8');
  try {
    return (await promisify(gunzip)(packed)).toString('utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = 'copy it again, or drop .gz from its name if it is plain text';
    throw new Failure({ code, message: `${path} is not a whole gzip file: ${why}`, hint, facts: { file: path } });
  }
}
