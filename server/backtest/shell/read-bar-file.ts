/** Reads a CSV file of bars, gzipped when its name ends in .gz, chunk by chunk: rows, and the hash of its bytes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { BarRows } from '#server/domain/bar-blocks.ts';
import { BarColumnsParser, type ParserSettings } from '#server/domain/bar-columns-file.ts';
import { BarFileError } from '#server/domain/bar-file.ts';

const CHUNK_BYTES = 1 << 18;

export interface ReadFile {
  readonly rows: BarRows;
  /** Of the file's bytes as they lie on the disk. */
  readonly sha256: string;
}

export interface ReadSettings extends Omit<ParserSettings, 'name'> {
  /** Bytes of the file that were read since it was called last. */
  readonly onBytes?: (bytes: number) => void;
}

/** A file that can not be believed is refused whole, by a BarFileError. */
export async function readBarFile(path: string, settings: ReadSettings): Promise<ReadFile> {
  const parser = new BarColumnsParser({ ...settings, name: path });
  const hash = createHash('sha256');
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  file.on('data', (chunk) => {
    hash.update(chunk);
    settings.onBytes?.(chunk.length);
  });
  const parse = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) parser.push(chunk);
  };
  if (path.endsWith('.gz')) {
    await pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), parse).catch((error: unknown) => {
      throw isZlib(error) ? brokenGzip(path, parser.line, error) : error;
    });
  } else {
    await pipeline(file, parse);
  }
  parser.finish();
  return { rows: parser.take(), sha256: hash.digest('hex') };
}

const isZlib = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

const brokenGzip = (path: string, line: number, error: Error): BarFileError =>
  new BarFileError(
    path,
    Math.max(1, line),
    `the file is not a whole gzip file: ${error.message}`,
    'copy it again, or drop .gz from its name if it is plain text',
  );
