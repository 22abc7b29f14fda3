/**
 * The bars of a series as a backtest reads them. Adjusted bars that were not stored are made of raw ones. What is not there
 * is an error that names what is: half a range is never given for a whole one.
 */
import type { Adjustment } from '#server/domain/adjustment.ts';
import type { BarRows } from '#server/domain/bar-blocks.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { endsOf } from '#server/domain/bar-spacing.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import { type SeriesKey, seriesName } from '#server/history/series.ts';
import { calendarOf, hidesTrading } from '#server/history/sessions.ts';
import { missing, type Span } from '#server/history/span.ts';
import { adjustedRows } from './adjusted.ts';
import { seriesOf } from './catalogue.ts';
import { BarStoreError } from './error.ts';
import { readRows, type SeriesRows } from './read-rows.ts';
import { readSeries } from './series-file.ts';

export interface BarsWanted {
  readonly home: string;
  readonly symbol: AssetSymbol;
  readonly timeframe: Timeframe;
  readonly adjustment: Adjustment;
  /** Bars that begin from here on; from the first one when absent. */
  readonly from?: Instant | undefined;
  /** And before this; to the last one when absent. */
  readonly to?: Instant | undefined;
}

/** Throws a BarStoreError. */
export function loadBars(wanted: BarsWanted): BarColumns {
  const { home, symbol, timeframe, adjustment } = wanted;
  const from = wanted.from ?? Number.NEGATIVE_INFINITY;
  const to = wanted.to ?? Number.POSITIVE_INFINITY;
  const key: SeriesKey = { symbol, timeframe, adjustment };
  const found = readRows(home, key, from, to);
  if (found !== undefined) {
    checkWhole(home, found, { from, to });
    return columnsOf(key, found.rows);
  }
  const raw = adjustment === 'raw' ? undefined : readRows(home, { ...key, adjustment: 'raw' }, from, to);
  if (raw === undefined) throw noBars(home, key, `there is no ${seriesName(key)}`);
  checkWhole(home, raw, { from, to });
  // Nothing is ever split or paid on a pair.
  return columnsOf(key, isCryptoSymbol(symbol) ? raw.rows : adjustedRows(home, key, raw.rows));
}

/** With the ends of the bars, which are not stored. */
function columnsOf({ symbol, timeframe }: SeriesKey, rows: BarRows): BarColumns {
  const { length, startsAt, open, high, low, close, volume } = rows;
  const endsAt = endsOf(startsAt, timeframe, Number.POSITIVE_INFINITY);
  return { symbol, timeframe, length, startsAt, endsAt, open, high, low, close, volume };
}

/** What is asked for must have been stored in full; nights, weekends and holidays around it need not. */
function checkWhole(home: string, { series, rows }: SeriesRows, wanted: Span): void {
  const { key, segments, complete } = series;
  const [first, last] = [segments[0]?.firstAt ?? 0, segments.at(-1)?.lastAt ?? 0];
  const span = {
    from: Number.isFinite(wanted.from) ? wanted.from : first,
    to: Number.isFinite(wanted.to) ? wanted.to : last + 1,
  };
  const hole = missing(complete, span).find((one) => hidesTrading(calendarOf(key.symbol), one));
  if (hole !== undefined) throw noBars(home, key, `${seriesName(key)} has nothing from ${stamp(hole.from)} to ${stamp(hole.to)}`);
  if (rows.length > 0) return;
  throw noBars(home, key, `${seriesName(key)} has no bar from ${stamp(span.from)} to ${stamp(span.to)}`);
}

const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

function noBars(home: string, key: SeriesKey, message: string): BarStoreError {
  const available = seriesOf(home, key.symbol).flatMap((one) => {
    const series = readSeries(home, one);
    return series === undefined
      ? []
      : series.complete.map(({ from, to }) => ({ series: seriesName(one), from: stamp(from), to: stamp(to) }));
  });
  const there = available.map(({ series, from, to }) => `${series} from ${from} to ${to}`).join(', ');
  const get = `get them with "tradar data fetch --symbols ${key.symbol} --timeframe ${key.timeframe.name}" or "tradar data import FILE"`;
  const hint = available.length === 0 ? `there are no bars of ${key.symbol}: ${get}` : `there is ${there}; ${get}`;
  return new BarStoreError({ code: 'noBars', message, hint, facts: { available } });
}
