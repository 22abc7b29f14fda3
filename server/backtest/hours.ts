/** When a day of trading opens and closes: the New York Stock Exchange's days for stocks, days of UTC for crypto. */

import { dateText } from '#server/domain/civil-day.ts';
import type { AssetClass } from '#server/domain/instrument.ts';
import { newYorkDay, newYorkInstant } from '#server/domain/new-york.ts';
import { createNyseCalendar } from '#server/domain/nyse.ts';
import type { Session } from '#server/domain/session.ts';
import { DAY_MS, HOUR_MS, type Instant } from '#server/domain/time.ts';

const OPENS_MINUTE = 9 * 60 + 30;
const CLOSES_MINUTE = 16 * 60;
const HALF_DAY_CLOSES_MINUTE = 13 * 60;

/** The shortest bar that is a day by itself: days with a change of clocks have 23 hours. */
const WHOLE_DAY_MS = DAY_MS - HOUR_MS;
export const isWholeDay = (startsAt: number, endsAt: number): boolean => endsAt - startsAt >= WHOLE_DAY_MS;

const nyse = createNyseCalendar();

export interface TradingHours {
  readonly opensAt: number;
  readonly closesAt: number;
  /** Midnight after it. */
  readonly endsAt: number;
}

/** The hours of the day in which an instant lies; days without a session are told as ordinary ones. Orders of a day ask often. */
export class DayHours {
  readonly #assetClass: AssetClass;
  #from = Number.NaN;
  #hours: TradingHours = { opensAt: Number.NaN, closesAt: Number.NaN, endsAt: Number.NaN };

  constructor(assetClass: AssetClass) {
    this.#assetClass = assetClass;
  }

  on(at: number): TradingHours {
    if (at >= this.#from && at < this.#hours.endsAt) return this.#hours;
    const day = this.#assetClass === 'crypto' ? Math.floor(at / DAY_MS) : newYorkDay(at);
    this.#from = this.#assetClass === 'crypto' ? day * DAY_MS : newYorkInstant(day, 0);
    this.#hours = this.#assetClass === 'crypto' ? wholeDay(this.#from) : { ...sessionOn(day), endsAt: newYorkInstant(day + 1, 0) };
    return this.#hours;
  }
}

const wholeDay = (opensAt: number): TradingHours => ({ opensAt, closesAt: opensAt + DAY_MS, endsAt: opensAt + DAY_MS });

function sessionOn(day: number): Session {
  const closes = nyse.isHalfDay(day) ? HALF_DAY_CLOSES_MINUTE : CLOSES_MINUTE;
  return { date: dateText(day), opensAt: newYorkInstant(day, OPENS_MINUTE), closesAt: newYorkInstant(day, closes) };
}

/** All sessions of the stock exchange that touch the range. */
export function nyseSessions(from: number, to: number): Session[] {
  const sessions: Session[] = [];
  for (let day = newYorkDay(from); day <= newYorkDay(to); day++) if (nyse.isTradingDay(day)) sessions.push(sessionOn(day));
  return sessions;
}

/** Whether the stock exchange has a session on the day of an instant. */
export const isNyseDay = (at: number): boolean => nyse.isTradingDay(newYorkDay(at));

/** One session without an end: for bars of a day or more, whose close is when the exchange closes, and for other markets. */
export const alwaysOpen = (from: number): Session[] => [
  { date: 'always', opensAt: from as Instant, closesAt: Number.MAX_SAFE_INTEGER as Instant },
];
