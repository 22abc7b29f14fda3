/**
 * The bars of a series as a backtest reads them. Adjusted bars that were not stored are made of raw ones, longer ones of
 * shorter. What is not there is an error that names what is: half a range is never given for a whole one.
 */
import type { Adjustment } from '#server/domain/adjustment.ts';
import type { BarRows } from '#server/domain/bar-blocks.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { endsOf } from '#server/domain/bar-spacing.ts';
import { midnightOf } from '#server/domain/bucket.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { assetClassOf, isCryptoSymbol } from '#server/domain/instrument.ts';
import { bucketStart, longerBars } from '#server/domain/longer-bars.ts';
import { DAY_MS, type Instant } from '#server/domain/time.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import { firstFrom, viewOfPrices } from '#server/history/bar-rows.ts';
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
  /** Stretches that were never stored are passed over. */
  readonly allowsHoles?: boolean;
}

/** Throws a BarStoreError. */
export function loadBars(wanted: BarsWanted): BarColumns {
  const { home, symbol, timeframe, adjustment, allowsHoles = false } = wanted;
  const key: SeriesKey = { symbol, timeframe, adjustment };
  const range = { from: wanted.from ?? Number.NEGATIVE_INFINITY, to: wanted.to ?? Number.POSITIVE_INFINITY };
  const request = { home, range, whole: allowsHoles ? undefined : range };
  const rows = rowsOf(key, request) ?? madeOfShorter(key, request);
  if (rows === undefined) throw noBars(home, key, `there is no ${seriesName(key)}`);
  return columnsOf(key, rows);
}

interface Request {
  readonly home: string;
  /** What is read. */
  readonly range: Span;
  /** What of it has to be there in full; nothing when holes are passed over. */
  readonly whole: Span | undefined;
}

/** Of this very timeframe; nothing when there is no such series, and no raw one to make it of. */
function rowsOf(key: SeriesKey, { home, range, whole }: Request): BarRows | undefined {
  const stored = readRows(home, key, range.from, range.to);
  const found = stored ?? (key.adjustment === 'raw' ? undefined : readRows(home, { ...key, adjustment: 'raw' }, range.from, range.to));
  if (found === undefined) return undefined;
  if (whole !== undefined) checkWhole(home, found, whole);
  if (found.rows.length === 0) throw noBars(home, key, `${seriesName(found.series.key)} has no bar ${spanText(range)}`);
  // Nothing is ever split or paid on a pair.
  return stored !== undefined || isCryptoSymbol(key.symbol) ? found.rows : adjustedRows(home, key, found.rows);
}

/** Of the longest bars that these are made of without a rest: days of hours or minutes, weeks of days. */
function madeOfShorter(key: SeriesKey, { home, range, whole }: Request): BarRows | undefined {
  const { symbol, timeframe } = key;
  const fits = ({ ms }: Timeframe): boolean => ms < timeframe.ms && (timeframe.ms >= DAY_MS ? ms <= DAY_MS : timeframe.ms % ms === 0);
  const shorter = seriesOf(home, symbol).findLast((one) => fits(one.timeframe))?.timeframe;
  if (shorter === undefined) return undefined;
  // The last one may go on beyond the end of the range; one that began before it is left out.
  const rows = rowsOf({ ...key, timeframe: shorter }, { home, whole, range: { from: range.from, to: range.to + timeframe.ms } });
  if (rows === undefined) return undefined;
  const longer = longerBars(rows, bucketStart(midnightOf(assetClassOf(symbol)), timeframe));
  return viewOfPrices(longer, firstFrom(longer, range.from), firstFrom(longer, range.to));
}

/** With the ends of the bars, which are not stored. */
function columnsOf({ symbol, timeframe }: SeriesKey, rows: BarRows): BarColumns {
  const { length, startsAt, open, high, low, close, volume } = rows;
  const endsAt = endsOf(startsAt, timeframe, Number.POSITIVE_INFINITY);
  return { symbol, timeframe, length, startsAt, endsAt, open, high, low, close, volume };
}

/** What is asked for must have been stored in full; nights, weekends and holidays around it need not. */
function checkWhole(home: string, { series }: SeriesRows, wanted: Span): void {
  const { key, segments, complete } = series;
  const [first, last] = [segments[0]?.firstAt ?? 0, segments.at(-1)?.lastAt ?? 0];
  const span = {
    from: Number.isFinite(wanted.from) ? wanted.from : first,
    to: Number.isFinite(wanted.to) ? wanted.to : last + 1,
  };
  const hole = missing(complete, span).find((one) => hidesTrading(calendarOf(key.symbol), one));
  if (hole !== undefined) throw noBars(home, key, `${seriesName(key)} has nothing ${spanText(hole)}`);
}

const spanText = ({ from, to }: Span): string =>
  [Number.isFinite(from) ? `from ${stamp(from)}` : '', Number.isFinite(to) ? `to ${stamp(to)}` : ''].join(' ').trim();

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
