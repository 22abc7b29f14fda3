/** Reads a file of bars for a verb; what is wrong with it is said with file and line. */
import { basename } from 'node:path';
import type { Bar } from '#server/domain/bar.ts';
import { BarFileError, parseBarFile } from '#server/domain/bar-file.ts';
import { Failure } from './failure.ts';
import { readText } from './read-text.ts';

const CODE = 'barFile';

export async function readBars(path: string): Promise<Bar[]> {
  const text = await readText('bars', path, CODE);
  const symbol = basename(path).replace(/\.csv(?:\.gz)?$/i, '');
  try {
    return parseBarFile({ name: path, text, symbol });
  } catch (error) {
    if (!(error instanceof BarFileError)) throw error;
    const [message = error.message, ...hint] = error.message.split('; ');
    throw new Failure({ code: CODE, message, hint: hint.join('; '), facts: { file: error.file, line: error.line } });
  }
}
