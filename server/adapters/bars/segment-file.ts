/** Segments on the disk: read and checked against what names them, written under a name of their own. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import { firstOf, lastOf, makeRows } from '#server/history/bar-rows.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { makeFolder, writeDurably } from './durable-file.ts';
import { BarStoreError } from './error.ts';
import { decodeSegment, encodeSegment, type Segment } from './segment.ts';
import { folderOf, type SegmentEntry } from './series-file.ts';

/** About a year of regular minutes in two; a page that is added to the last one rewrites a megabyte at the most. */
export const LARGEST_SEGMENT = 65_536;

/** A reader may meet a segment that a writer has just replaced. */
export class SegmentGoneError extends BarStoreError {}

/** "20190211T143000Z-1a2b3c4d.bars": bars that differ have another name, so that a file never changes. */
const nameOf = (rows: FullBarRows, bytes: Buffer): string =>
  `${new Date(firstOf(rows)).toISOString().replace(/[-:]|\.\d+/g, '')}-${bytes.readUInt32LE(12).toString(16).padStart(8, '0')}.bars`;

export function writeSegment(home: string, key: SeriesKey, source: string, rows: FullBarRows): SegmentEntry {
  const bytes = encodeSegment(key, source, rows);
  const file = nameOf(rows, bytes);
  makeFolder(folderOf(home, key));
  writeDurably(join(folderOf(home, key), file), bytes);
  return { file, bars: rows.length, firstAt: firstOf(rows), lastAt: lastOf(rows), bytes: bytes.length };
}

export function openSegment(home: string, key: SeriesKey, entry: SegmentEntry): Segment {
  const path = join(folderOf(home, key), entry.file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hint = 'run it again; if it stays so, remove the series with "tradar data remove", and fetch or import it again';
    const message = code === 'ENOENT' ? `${path} is not there` : `${path} can not be read (${code})`;
    throw new (code === 'ENOENT' ? SegmentGoneError : BarStoreError)({ code: 'barsDamaged', message, hint, facts: { path }, cause: error });
  }
  const segment = decodeSegment(path, bytes);
  const { symbol, timeframe, adjustment, bars, firstAt, lastAt } = segment.header;
  const isNamed =
    symbol === key.symbol &&
    timeframe === key.timeframe.name &&
    adjustment === key.adjustment &&
    bars === entry.bars &&
    firstAt === entry.firstAt &&
    lastAt === entry.lastAt;
  if (isNamed) return segment;
  throw new BarStoreError({
    code: 'barsDamaged',
    message: `${path} is another file than series.json says: it holds ${bars} bars of ${symbol} ${timeframe} ${adjustment}`,
    hint: 'remove the series with "tradar data remove", and fetch or import it again',
    facts: { path },
  });
}

export function readSegment(home: string, key: SeriesKey, entry: SegmentEntry): FullBarRows {
  const segment = openSegment(home, key, entry);
  const rows = makeRows(entry.bars);
  segment.unpack(rows);
  return rows;
}
