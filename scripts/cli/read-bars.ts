/** Reads a file of bars for a verb; what is wrong with it is said with file and line. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Bar } from '#server/domain/bar.ts';
import { BarFileError, parseBarFile } from '#server/domain/bar-file.ts';
import { Failure, misuse } from './failure.ts';

export async function readBars(path: string): Promise<Bar[]> {
  const packed = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw misuse(`${path} can not be read: ${error.code ?? error.message}`, 'give --bars a CSV file, gzipped when it ends in .gz');
  });
  const text = path.endsWith('.gz') ? await unpack(path, packed) : packed.toString('utf8');
  const symbol = basename(path).replace(/\.csv(?:\.gz)?$/i, '');
  try {
    return parseBarFile({ name: path, text, symbol });
  } catch (error) {
    if (!(error instanceof BarFileError)) throw error;
    const [message = error.message, ...hint] = error.message.split('; ');
    throw new Failure({ code: 'barFile', message, hint: hint.join('; '), facts: { file: error.file, line: error.line } });
  }
}

async function unpack(path: string, packed: Buffer): Promise<string> {
  try {
    return (await promisify(gunzip)(packed)).toString('utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${path} is not a whole gzip file: ${why}`;
    throw new Failure({
      code: 'barFile',
      message,
      hint: 'copy it again, or drop .gz from its name if it is plain text',
      facts: { file: path },
    });
  }
}
