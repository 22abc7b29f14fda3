/** When a market is open, for bars of the past: New York's sessions for stocks, always for pairs. */

import { isCryptoSymbol } from '#server/domain/instrument.ts';
import { newYorkDay, newYorkInstant } from '#server/domain/new-york.ts';
import { createNyseCalendar } from '#server/domain/nyse.ts';
import { DAY_MS } from '#server/domain/time.ts';
import type { Span } from './span.ts';

const OPENS = 9 * 60 + 30;
const CLOSES = 16 * 60;
const EARLY_CLOSE = 13 * 60;

export type Calendar = 'nyse' | 'always';

/** A pair (with a slash) trades always, everything else in New York. */
export const calendarOf = (symbol: string): Calendar => (isCryptoSymbol(symbol) ? 'always' : 'nyse');

/** Of a day since 1970-01-01: opening to close, or nothing when there is no session. */
export function createNyseSessions(): (day: number) => Span | undefined {
  const calendar = createNyseCalendar();
  return (day) => {
    if (!calendar.isTradingDay(day)) return undefined;
    return { from: newYorkInstant(day, OPENS), to: newYorkInstant(day, calendar.isHalfDay(day) ? EARLY_CLOSE : CLOSES) };
  };
}

/** Whether a stretch without bars hides something: a whole session, or a whole day where the market never closes. */
export function hidesTrading(calendar: Calendar, { from, to }: Span): boolean {
  if (calendar === 'always') return to - from >= DAY_MS;
  const sessionOf = createNyseSessions();
  for (let day = newYorkDay(from); day <= newYorkDay(to); day++) {
    const session = sessionOf(day);
    if (session !== undefined && session.from >= from && session.to <= to) return true;
  }
  return false;
}
