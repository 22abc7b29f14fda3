/**
 * Which periods a curve's statistics are of. Returns of a curve finer than daily are those of its daily closes (the last point of each
 * day), because volatility and everything made of it is stated by the year and minute returns are neither independent nor alike.
 * Drawdowns and exposure are always of every point.
 */

import { civilDay, weekday } from '#server/domain/civil-day.ts';
import { newYorkDay } from '#server/domain/new-york.ts';
import { DAY_MS, HOUR_MS } from '#server/domain/time.ts';

/** A curve: milliseconds since the epoch, in order, and the equity at each. */
export interface Series {
  readonly timestamp: ArrayLike<number>;
  readonly equity: ArrayLike<number>;
}

/** The number of the day that an instant is in, since 1970. */
export type DayOf = (at: number) => number;

/** The last point of each day, and how days were told. */
export interface Days {
  readonly closes: Series;
  readonly dayOf: DayOf;
}

export interface Sampled extends Series {
  readonly periodsPerYear: number;
  /** "day", "week", "month", "quarter", "year" or "point": what a period is. */
  readonly period: string;
  readonly days: Days;
}

export const YEAR_DAYS = 365.25;
const TRADING_DAYS = 252;
const CALENDAR_DAYS = 365;
/** Daily curves have gaps of weekends and holidays; most of their steps are shorter than this many days. */
const DAILY_BELOW = 2;
/** backtesting.py's: a market that is open on weekends has two sevenths of its days there; three fifths of that are enough. */
const WEEKEND_SHARE = (2 / 7) * 0.6;
/** What is spaced less is finer than daily: a day has 23 hours when clocks change. */
const INTRADAY_BELOW_MS = 23 * HOUR_MS;

const SPACINGS: readonly { readonly period: string; readonly days: readonly [number, number]; readonly perYear: number }[] = [
  { period: 'week', days: [5, 9], perYear: 52 },
  { period: 'month', days: [25, 35], perYear: 12 },
  { period: 'quarter', days: [80, 100], perYear: 4 },
  { period: 'year', days: [350, 380], perYear: 1 },
];

export const utcDay: DayOf = (at) => Math.floor(at / DAY_MS);

/** The year and month of a day, as one number that counts on from month to month. */
export function monthOf(day: number): number {
  const { year, month } = civilDay(day);
  return year * 12 + month - 1;
}

/**
 * Days are New York's for a curve finer than daily without a point between 01:00 and 08:00 UTC, when the extended hours of US stocks
 * rest: a bar of Friday 19:30 in New York is Saturday's by UTC, and would make a sixth day of the week. All others have UTC days.
 */
export function daysOf({ timestamp }: Pick<Series, 'timestamp'>): DayOf {
  if (!isIntraday(timestamp)) return utcDay;
  for (let nth = 0; nth < timestamp.length; nth++) {
    const at = timestamp[nth] as number;
    const hour = (at - utcDay(at) * DAY_MS) / HOUR_MS;
    if (hour >= 1 && hour < 8) return utcDay;
  }
  return newYorkDay;
}

/** The last point of each bucket. Buckets begin on a full hour, as all days do, so within one there is nothing to work out. */
export function lastOfEach({ timestamp, equity }: Series, bucketOf: (at: number) => number): Series {
  const picked: number[] = [];
  let [hour, bucket] = [Number.NaN, Number.NaN];
  for (let nth = 0; nth < timestamp.length; nth++) {
    const mine = Math.floor((timestamp[nth] as number) / HOUR_MS);
    if (mine !== hour) {
      hour = mine;
      const next = bucketOf(timestamp[nth] as number);
      if (next !== bucket) picked.push(nth);
      bucket = next;
    }
    picked[picked.length - 1] = nth;
  }
  return {
    timestamp: Float64Array.from(picked, (nth) => timestamp[nth] as number),
    equity: Float64Array.from(picked, (nth) => equity[nth] as number),
  };
}

export function daysOfCurve(series: Series): Days {
  const dayOf = daysOf(series);
  return { closes: lastOfEach(series, dayOf), dayOf };
}

/** Every point is a period when the caller says how many there are in a year; otherwise days, or what the curve has that is longer. */
export function sample(series: Series, periodsPerYear: number | undefined): Sampled {
  const days = daysOfCurve(series);
  if (periodsPerYear !== undefined) return { timestamp: series.timestamp, equity: series.equity, periodsPerYear, period: 'point', days };
  return { ...days.closes, ...spacing(days.closes.timestamp, days.dayOf), days };
}

function spacing(timestamp: ArrayLike<number>, dayOf: DayOf): Pick<Sampled, 'period' | 'periodsPerYear'> {
  const gap = Math.round(medianGap(timestamp) / DAY_MS);
  if (timestamp.length < 2 || gap < DAILY_BELOW)
    return { period: 'day', periodsPerYear: hasWeekends(timestamp, dayOf) ? CALENDAR_DAYS : TRADING_DAYS };
  const known = SPACINGS.find(({ days: [least, most] }) => gap >= least && gap <= most);
  return known === undefined
    ? { period: `${gap} days`, periodsPerYear: YEAR_DAYS / gap }
    : { period: known.period, periodsPerYear: known.perYear };
}

function hasWeekends(timestamp: ArrayLike<number>, dayOf: DayOf): boolean {
  let count = 0;
  for (let nth = 0; nth < timestamp.length; nth++) {
    const day = weekday(dayOf(timestamp[nth] as number));
    if (day === 0 || day === 6) count++;
  }
  return count > WEEKEND_SHARE * timestamp.length;
}

/** Most steps are shorter than a day. */
function isIntraday(timestamp: ArrayLike<number>): boolean {
  let short = 0;
  for (let nth = 1; nth < timestamp.length; nth++) {
    if ((timestamp[nth] as number) - (timestamp[nth - 1] as number) < INTRADAY_BELOW_MS) short++;
  }
  return short * 2 > timestamp.length - 1;
}

/** The lower of the two middle steps; infinite for less than two points. */
function medianGap(timestamp: ArrayLike<number>): number {
  const gaps = new Float64Array(Math.max(0, timestamp.length - 1));
  for (let nth = 0; nth < gaps.length; nth++) gaps[nth] = (timestamp[nth + 1] as number) - (timestamp[nth] as number);
  return gaps.sort()[(gaps.length - 1) >> 1] ?? Number.POSITIVE_INFINITY;
}
