/** The bytes of a file of text, unpacked when they are gzip, whatever the file's name says. */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BarFileError } from '#server/domain/bar-file.ts';
import { BarStoreError } from './error.ts';

const CHUNK_BYTES = 1 << 18;
const GZIP = Buffer.from([0x1f, 0x8b]);

export interface TextStream extends AsyncIterable<Buffer> {
  /** Whether an error that the reading threw means that the file is damaged; then what to say, with the line. */
  explain(error: unknown, line: number): unknown;
}

function beginsAsGzip(path: string): boolean {
  const start = Buffer.alloc(GZIP.length);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    readSync(file, start);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    closeSync(file);
  }
  return start.equals(GZIP);
}

const unreadable = (path: string, error: unknown): BarStoreError =>
  new BarStoreError({
    code: 'barFile',
    message: `${path} can not be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
    hint: 'give a CSV file, gzipped or not',
    facts: { file: path },
    cause: error,
  });

/** `onBytes` hears how many bytes of the file, as it lies on the disk, were read. */
export function openText(path: string, onBytes: (bytes: number) => void = () => undefined): TextStream {
  const isPacked = beginsAsGzip(path);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  file.on('data', (chunk) => onBytes(chunk.length));
  const text = isPacked ? file.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : file;
  // A pipe hands on neither what goes wrong before it, nor that nobody listens any more.
  file.once('error', (error) => text.destroy(error));
  text.once('close', () => file.destroy());
  return {
    [Symbol.asyncIterator]: () => text[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>,
    explain: (error, line) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!code.startsWith('Z_')) return error;
      return new BarFileError(
        path,
        Math.max(1, line),
        `the gzip data end or break here (${(error as Error).message})`,
        'copy the file again',
      );
    },
  };
}

/** A small file whole. */
export async function readText(path: string): Promise<string> {
  const stream = openText(path);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    throw stream.explain(error, 1);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Its first line, read no further. */
export async function firstLine(path: string): Promise<string> {
  const stream = openText(path);
  try {
    for await (const chunk of stream) return chunk.toString('utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw stream.explain(error, 1);
  }
  return '';
}
