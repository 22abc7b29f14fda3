/** Longer bars out of shorter ones, column by column: open of the first, close of the last, extremes and volume of all. */
import type { BarRows } from './bar-blocks.ts';
import { Buckets, type Midnight } from './bucket.ts';
import { civilDay, dayNumber, weekday } from './civil-day.ts';
import { MONTH, type Timeframe, WEEK } from './timeframe.ts';

const MONDAY = 1;

/**
 * Where the longer bar begins that holds an instant: weeks on Mondays, months on their first day; anything shorter is
 * aligned as Alpaca does it.
 */
export function bucketStart(midnight: Midnight, timeframe: Timeframe): (at: number) => number {
  const buckets = new Buckets(midnight, timeframe.ms);
  if (timeframe.ms < WEEK.ms) {
    return (at) => {
      buckets.seek(at);
      return buckets.startsAt;
    };
  }
  return (at) => {
    const day = midnight.dayOf(at);
    if (timeframe.ms < MONTH.ms) return midnight.startOf(day - ((weekday(day) - MONDAY + 7) % 7));
    const { year, month } = civilDay(day);
    return midnight.startOf(dayNumber(year, month, 1));
  };
}

/** The bars of the longer timeframe; each begins where its bucket does, whether or not a bar was there. */
export function longerBars(rows: BarRows, startOf: (at: number) => number): BarRows {
  const column = (): Float64Array => new Float64Array(rows.length);
  const made = { startsAt: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let last = -1;
  for (let nth = 0; nth < rows.length; nth++) {
    const begin = startOf(rows.startsAt[nth] as number);
    const [high, low] = [rows.high[nth] as number, rows.low[nth] as number];
    if (last < 0 || made.startsAt[last] !== begin) {
      last++;
      made.startsAt[last] = begin;
      made.open[last] = rows.open[nth] as number;
      made.high[last] = high;
      made.low[last] = low;
      made.volume[last] = 0;
    }
    if (high > (made.high[last] as number)) made.high[last] = high;
    if (low < (made.low[last] as number)) made.low[last] = low;
    made.close[last] = rows.close[nth] as number;
    made.volume[last] = (made.volume[last] as number) + (rows.volume[nth] as number);
  }
  const cut = (whole: Float64Array): Float64Array => whole.slice(0, last + 1);
  return {
    length: last + 1,
    startsAt: cut(made.startsAt),
    open: cut(made.open),
    high: cut(made.high),
    low: cut(made.low),
    close: cut(made.close),
    volume: cut(made.volume),
  };
}
