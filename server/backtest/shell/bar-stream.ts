/** The bars of a CSV file, gzipped when its name ends in .gz, as columns that come chunk by chunk: any length in little memory. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { BarRows } from '#server/domain/bar-blocks.ts';
import { BarBuilder } from '#server/domain/bar-builder.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { BarColumnsParser, type ParserSettings } from '#server/domain/bar-columns-file.ts';
import { BarFileError } from '#server/domain/bar-file.ts';
import { spacingOf } from '#server/domain/bar-spacing.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { DAY, type Timeframe } from '#server/domain/timeframe.ts';

const CHUNK_BYTES = 1 << 18;
const CHUNK_BARS = 1 << 15;

export interface StreamSettings extends Omit<ParserSettings, 'name'> {
  readonly symbol: AssetSymbol;
  /** Nothing: what the file has. */
  readonly timeframe: Timeframe | undefined;
  /** Bytes of the file that were read since it was called last. */
  readonly onBytes: (bytes: number) => void;
}

export interface BarStream {
  readonly path: string;
  readonly symbol: AssetSymbol;
  readonly timeframe: Timeframe;
  /** The bars that come first, to look at; `next` gives them too. */
  readonly head: BarColumns;
  /** The next bars, at least one; nothing at the end of the file. */
  next(): Promise<BarColumns | undefined>;
  /** Of the file's bytes as they lie on the disk; known at the end. */
  sha256(): string;
  /** Lets the file go, wherever one is. */
  close(): Promise<void>;
}

/** Bars that do not say how long they are, or are not in the range. */
export class BarStreamError extends Error {
  readonly file: string;
  readonly hint: string;
  constructor(file: string, message: string, hint: string) {
    super(`${file} ${message}`);
    this.file = file;
    this.hint = hint;
  }
}

/** Reads so far that the head is known. A file that can not be believed is refused by a BarFileError, there or later. */
export async function openBars(path: string, settings: StreamSettings): Promise<BarStream> {
  const hash = createHash('sha256');
  const parser = new BarColumnsParser({ ...settings, name: path });
  const rows = rowsOf(path, parser, (chunk) => {
    hash.update(chunk);
    settings.onBytes(chunk.length);
  });
  const first = await rows.next();
  if (first.done)
    throw new BarStreamError(path, 'has no bar in the range that was asked for', 'give another --from and --to, or leave them out');
  const { timeframe, builder } = builderFor(path, first.value, settings);
  const chunks = columnsOf(builder, first.value, rows);
  const head = await chunks.next();
  let waiting: BarColumns | undefined = head.value as BarColumns;
  return {
    path,
    symbol: settings.symbol,
    timeframe,
    head: waiting,
    async next() {
      const given = waiting ?? (await chunks.next()).value;
      waiting = undefined;
      return given ?? undefined;
    },
    sha256: () => hash.copy().digest('hex'),
    close: async () => void (await rows.return(undefined)),
  };
}

function builderFor(
  path: string,
  rows: BarRows,
  { symbol, timeframe: wanted }: StreamSettings,
): { timeframe: Timeframe; builder: BarBuilder } {
  const spacing = spacingOf(rows.startsAt) ?? (rows.length === 1 ? (wanted ?? DAY) : undefined);
  if (spacing === undefined) {
    throw new BarStreamError(path, 'has bars at distances that no timeframe has', 'use files of minutes, hours, days, weeks or months');
  }
  if (wanted !== undefined && wanted.ms < spacing.ms) {
    const message = `has bars of ${spacing.name}, which ${wanted.name} can not be made of`;
    throw new BarStreamError(path, message, 'give a longer --timeframe, or none');
  }
  const timeframe = wanted ?? spacing;
  return { timeframe, builder: new BarBuilder(symbol, spacing, timeframe) };
}

/** Chunks with at least one bar each. */
async function* columnsOf(builder: BarBuilder, first: BarRows, rest: AsyncIterable<BarRows>): AsyncGenerator<BarColumns, undefined> {
  const begun = builder.push(first);
  if (begun.length > 0) yield begun;
  for await (const rows of rest) {
    const columns = builder.push(rows);
    if (columns.length > 0) yield columns;
  }
  const last = builder.end();
  if (last !== undefined) yield last;
}

async function* rowsOf(path: string, parser: BarColumnsParser, onChunk: (chunk: Uint8Array) => void): AsyncGenerator<BarRows, undefined> {
  try {
    for await (const chunk of chunksOf(path, onChunk)) {
      parser.push(chunk);
      if (parser.ready >= CHUNK_BARS) yield parser.take();
    }
  } catch (error) {
    throw isZlib(error) ? brokenGzip(path, parser.line, error) : error;
  }
  parser.finish();
  if (parser.ready > 0) yield parser.take();
}

async function* chunksOf(path: string, onChunk: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const told = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      onChunk(chunk);
      yield chunk;
    }
  };
  if (!path.endsWith('.gz')) {
    yield* told(file);
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // Whoever reads what comes out is told of the error there.
  pipeline(file, told, gunzip, () => undefined);
  try {
    yield* gunzip;
  } finally {
    file.destroy();
  }
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
