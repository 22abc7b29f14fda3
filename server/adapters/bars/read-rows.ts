/** Reads the bars of a series between two instants, each segment straight into its place. */
import type { BarRows } from '#server/domain/bar-blocks.ts';
import { firstFrom, makePriceRows, viewOfPrices } from '#server/history/bar-rows.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { openSegment, SegmentGoneError } from './segment-file.ts';
import { readSeries, type StoredSeries } from './series-file.ts';

/** A writer may replace segments between our look at the list and at the file; so often in a row it does not. */
const ATTEMPTS = 5;

export interface SeriesRows {
  readonly series: StoredSeries;
  /** Bars that begin within [from, to). */
  readonly rows: BarRows;
}

/** Nothing when there is no such series. */
export function readRows(home: string, key: SeriesKey, from: number, to: number): SeriesRows | undefined {
  for (let attempt = 1; ; attempt++) {
    const series = readSeries(home, key);
    if (series === undefined) return undefined;
    try {
      return { series, rows: rowsOf(home, series, from, to) };
    } catch (error) {
      if (!(error instanceof SegmentGoneError) || attempt === ATTEMPTS) throw error;
    }
  }
}

function rowsOf(home: string, { key, segments }: StoredSeries, from: number, to: number): BarRows {
  const wanted = segments.filter(({ firstAt, lastAt }) => lastAt >= from && firstAt < to);
  const rows = makePriceRows(wanted.reduce((sum, { bars }) => sum + bars, 0));
  let at = 0;
  for (const entry of wanted) {
    openSegment(home, key, entry).unpackPrices(viewOfPrices(rows, at, at + entry.bars));
    at += entry.bars;
  }
  return viewOfPrices(rows, firstFrom(rows, from), firstFrom(rows, to));
}
