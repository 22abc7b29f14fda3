/**
 * `series.json`: which segments are a series, where its bars come from, and of which spans it is complete. It is replaced
 * as a whole, and with it everything that a writer did becomes visible at once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { ADJUSTMENTS } from '#server/domain/adjustment.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import { parseSymbol, type SeriesKey, seriesFolder, seriesName, symbolFolder } from '#server/history/series.ts';
import { type Span, unite } from '#server/history/span.ts';
import { writeDurably } from './durable-file.ts';
import { BarStoreError } from './error.ts';

/** Of this file; the segments count their own. */
const VERSION = 1;
const INDENT = 1;

const moment = z.iso.datetime().transform((text) => Date.parse(text));

const SegmentEntry = z.strictObject({
  file: z.string().regex(/^[A-Za-z0-9-]+\.bars$/),
  bars: z.int().min(1),
  /** When its first and its last bar begin. */
  firstAt: moment,
  lastAt: moment,
  bytes: z.int().min(1),
});
export type SegmentEntry = z.output<typeof SegmentEntry>;

const SeriesFile = z.strictObject({
  version: z.int(),
  symbol: z.string(),
  timeframe: z.string(),
  adjustment: z.enum(ADJUSTMENTS),
  source: z.string().min(1),
  /** Until when splits and dividends are in adjusted bars; nothing in raw ones, and where it is not known. */
  adjustedAt: moment.nullable(),
  complete: z.array(z.tuple([moment, moment])),
  segments: z.array(SegmentEntry),
});

export interface StoredSeries {
  readonly key: SeriesKey;
  readonly source: string;
  readonly adjustedAt: number | undefined;
  /** Within these every bar that there is was stored. */
  readonly complete: readonly Span[];
  /** In order of time, never overlapping. */
  readonly segments: readonly SegmentEntry[];
}

export const barsFolder = (home: string): string => join(home, 'bars');
export const folderOf = (home: string, key: SeriesKey): string => join(barsFolder(home), symbolFolder(key.symbol), seriesFolder(key));
export const seriesFilePath = (home: string, key: SeriesKey): string => join(folderOf(home, key), 'series.json');

const stamp = (at: number): string => new Date(at).toISOString();

export function writeSeries(home: string, { key, source, adjustedAt, complete, segments }: StoredSeries): void {
  const content = {
    version: VERSION,
    symbol: key.symbol,
    timeframe: key.timeframe.name,
    adjustment: key.adjustment,
    source,
    adjustedAt: adjustedAt === undefined ? null : stamp(adjustedAt),
    complete: complete.map(({ from, to }) => [stamp(from), stamp(to)]),
    segments: segments.map((segment) => ({ ...segment, firstAt: stamp(segment.firstAt), lastAt: stamp(segment.lastAt) })),
  };
  const whole = { ...content, checksum: checksumOf(content) };
  writeDurably(seriesFilePath(home, key), Buffer.from(`${JSON.stringify(whole, null, INDENT)}\n`));
}

const checksumOf = (content: object): string => crc32(JSON.stringify(content)).toString(16).padStart(8, '0');

/** Nothing when there is no such series; a BarStoreError when it can not be read. */
export function readSeries(home: string, key: SeriesKey): StoredSeries | undefined {
  const path = seriesFilePath(home, key);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseSeries(path, text, key);
}

function parseSeries(path: string, text: string, key: SeriesKey): StoredSeries {
  const content = contentOf(path, text);
  if (content.version !== VERSION) {
    throw new BarStoreError({
      code: 'barsVersion',
      message: `${path} has version ${content.version}; this program reads version ${VERSION}`,
      hint: 'use the version of tradar that wrote it, or remove the series with "tradar data remove" and fetch or import it again',
      facts: { path, version: content.version },
    });
  }
  const { source, adjustedAt, complete, segments } = content;
  const named = { symbol: parseSymbol(content.symbol), timeframe: parseTimeframe(content.timeframe), adjustment: content.adjustment };
  const isMine = named.symbol === key.symbol && named.timeframe?.name === key.timeframe.name && named.adjustment === key.adjustment;
  if (!isMine)
    throw damaged(path, `it says that it is ${content.symbol} ${content.timeframe} ${content.adjustment}, not ${seriesName(key)}`);
  const isInOrder = segments.every(
    ({ firstAt, lastAt }, index) => firstAt <= lastAt && (index === 0 || (segments[index - 1]?.lastAt ?? 0) < firstAt),
  );
  if (!isInOrder) throw damaged(path, 'its segments overlap');
  return { key, source, adjustedAt: adjustedAt ?? undefined, complete: unite(complete.map(([from, to]) => ({ from, to }))), segments };
}

function contentOf(path: string, text: string): z.output<typeof SeriesFile> {
  try {
    const { checksum, ...content } = JSON.parse(text) as Record<string, unknown>;
    if (content['version'] === VERSION && checksum !== checksumOf(content)) throw new Error('its checksum is wrong');
    return SeriesFile.parse(content);
  } catch (error) {
    throw damaged(path, error instanceof z.ZodError ? 'it is not what this program writes' : String((error as Error).message));
  }
}

const damaged = (path: string, what: string): BarStoreError =>
  new BarStoreError({
    code: 'barsDamaged',
    message: `${path} is damaged: ${what}`,
    hint: 'remove the series with "tradar data remove", and fetch or import it again',
    facts: { path },
  });
