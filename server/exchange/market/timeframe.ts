/**
 * Timeframes: [1-59]Min, [1-23]Hour, 1Day, 1Week, [1,2,3,4,6,12]Month, and their short names. Minutes and hours are
 * counted from the day's midnight, weeks from Monday, months from January; stocks live by New York's midnight, crypto by UTC's.
 */
import type { Bar } from '../../domain/bar.ts';
import { Buckets, type Midnight, midnightOf as midnightOfClass } from '../../domain/bucket.ts';
import { civilDay, dayNumber, weekday } from '../../domain/civil-day.ts';
import { HOUR_MS, type Instant, MINUTE_MS } from '../../domain/time.ts';
import { badQuery } from '../refusal.ts';
import type { DataMarket } from './requests.ts';

export interface Timeframe {
  /** The start of the longer bar that an instant belongs to. */
  startOf(at: number): Instant;
  /** Whether daily bars are enough to make it. */
  readonly isOfDays: boolean;
}

export const midnightOf = (market: DataMarket): Midnight => midnightOfClass(market === 'crypto' ? 'crypto' : 'us_equity');

/** Bars of whole days, each from its market's midnight to the next, `shiftDays` later than they are stamped. */
export function daysOf(market: DataMarket, bars: readonly Bar[], shiftDays = 0): Bar[] {
  const midnight = midnightOf(market);
  return bars.map((bar) => {
    const day = midnight.dayOf(bar.startsAt) + shiftDays;
    return { ...bar, startsAt: midnight.startOf(day), endsAt: midnight.startOf(day + 1) };
  });
}

const SPELLING = /^(\d{1,2})([a-z]+)$/i;

/** Clients write the words in either case (`1min`); of the letters only M matters, for some mean minutes by a small one. */
const unitOf = (word: string): string => (word === 'M' ? 'month' : word.toLowerCase());
const MONTHS: readonly number[] = [1, 2, 3, 4, 6, 12];

export function readTimeframe(text: string, market: DataMarket): Timeframe {
  const match = SPELLING.exec(text);
  const count = Number(match?.[1]);
  const midnight = midnightOf(market);
  switch (unitOf(match?.[2] ?? '')) {
    case 'min':
    case 't':
      if (count >= 1 && count <= 59) return ofLength(midnight, count * MINUTE_MS);
      break;
    case 'hour':
    case 'h':
      if (count >= 1 && count <= 23) return ofLength(midnight, count * HOUR_MS);
      break;
    case 'day':
    case 'd':
      if (count === 1) return ofDays(midnight, (day) => day);
      break;
    case 'week':
    case 'w':
      if (count === 1) return ofDays(midnight, (day) => day - ((weekday(day) + 6) % 7));
      break;
    case 'month':
      if (MONTHS.includes(count)) return ofDays(midnight, (day) => monthStart(day, count));
      break;
    default:
  }
  return badQuery(`invalid timeframe: ${text.slice(0, 20)}`);
}

function monthStart(day: number, count: number): number {
  const { year, month } = civilDay(day);
  return dayNumber(year, month - ((month - 1) % count), 1);
}

function ofLength(midnight: Midnight, length: number): Timeframe {
  if (length === MINUTE_MS) return { startOf: (at) => (at - (at % MINUTE_MS)) as Instant, isOfDays: false };
  const buckets = new Buckets(midnight, length);
  return {
    startOf: (at) => {
      buckets.seek(at);
      return buckets.startsAt;
    },
    isOfDays: false,
  };
}

function ofDays(midnight: Midnight, firstOf: (day: number) => number): Timeframe {
  let start = 0 as Instant;
  let from = Number.NaN;
  let until = Number.NaN;
  return {
    startOf: (at) => {
      if (!(at >= from && at < until)) {
        const day = midnight.dayOf(at);
        from = midnight.startOf(day);
        until = midnight.startOf(day + 1);
        start = midnight.startOf(firstOf(day));
      }
      return start;
    },
    isOfDays: true,
  };
}
