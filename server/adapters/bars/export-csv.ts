/**
 * Bars as CSV, which an import reads back bit for bit: a number is written in the fewest digits that are read as the same
 * number again.
 */
import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { BarRows, FullBarRows } from '#server/domain/bar-blocks.ts';
import { firstFrom } from '#server/history/bar-rows.ts';
import type { Span } from '#server/history/span.ts';
import { UNFINISHED, unwritable } from './durable-file.ts';
import { readSegment } from './segment-file.ts';
import type { StoredSeries } from './series-file.ts';

const HEADER = 'timestamp,open,high,low,close,volume';
const LINES_AT_ONCE = 2_000;

const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
const told = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '' : String(value));
const isTold = (column: Float64Array): boolean => column.some((value) => !Number.isNaN(value));

/** Text in pieces, of the bars that begin within the span. Columns that nothing is told in are left out. */
export function* storedCsv(home: string, { key, segments }: StoredSeries, span: Span): Generator<string> {
  const wanted = segments.filter(({ firstAt, lastAt }) => lastAt >= span.from && firstAt < span.to);
  const read = (entry: (typeof segments)[number]): FullBarRows => readSegment(home, key, entry);
  const hasExtras = wanted.some((entry) => {
    const { vwap, trades } = read(entry);
    return isTold(vwap) || isTold(trades);
  });
  yield `${HEADER}${hasExtras ? ',vwap,trade_count' : ''}\n`;
  for (const entry of wanted) yield* lines(read(entry), span, hasExtras);
}

/** Of bars that were made when they were read: no extras. */
export function* madeCsv(rows: BarRows): Generator<string> {
  yield `${HEADER}\n`;
  yield* lines(rows, { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }, false);
}

function* lines(rows: BarRows & Partial<FullBarRows>, span: Span, hasExtras: boolean): Generator<string> {
  const end = firstFrom(rows, span.to);
  let text: string[] = [];
  for (let i = firstFrom(rows, span.from); i < end; i++) {
    const prices = `${rows.open[i]},${rows.high[i]},${rows.low[i]},${rows.close[i]},${rows.volume[i]}`;
    const extras = hasExtras ? `,${told(rows.vwap?.[i])},${told(rows.trades?.[i])}` : '';
    text.push(`${stamp(rows.startsAt[i] as number)},${prices}${extras}\n`);
    if (text.length < LINES_AT_ONCE) continue;
    yield text.join('');
    text = [];
  }
  yield text.join('');
}

/** Whole or not there; gzipped when its name ends in .gz. Returns its size. */
export async function writeCsv(path: string, text: Iterable<string>): Promise<number> {
  const part = path + UNFINISHED;
  // Flushed to the disk before it gets its name.
  const file = createWriteStream(part, { flush: true });
  try {
    if (path.endsWith('.gz')) await pipeline(Readable.from(text), createGzip(), file);
    else await pipeline(Readable.from(text), file);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error instanceof Error && 'errno' in error ? unwritable(path, error) : error;
  }
  return statSync(path).size;
}
