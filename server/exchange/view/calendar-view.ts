/** Clock and calendar in Alpaca's words, in New York's time. */

import { dateText, pad, parseDate } from '../../domain/civil-day.ts';
import { newYorkDay, newYorkMinute, newYorkOffset } from '../../domain/new-york.ts';
import type { Session } from '../../domain/session.ts';
import { DAY_MS, type Instant } from '../../domain/time.ts';
import { malformed } from '../refusal.ts';
import type { TradingDay } from '../sessions.ts';
import { parseStamp, stamp, stampSeconds } from '../stamp.ts';
import type { World } from '../world.ts';

/** Without an end the list stops a year ahead; without a start it begins a month back. */
const YEAR_DAYS = 366;
const MONTH_DAYS = 31;
const WEEK_DAYS = 7;
const LONGEST_DAYS = 4_000;

const local = (at: Instant): string => stampSeconds(at, newYorkOffset(at));

export function renderClock(world: World): Record<string, unknown> {
  const { now, sessions, session } = world;
  return {
    timestamp: stamp(now, newYorkOffset(now)),
    is_open: session !== undefined,
    next_open: local(sessions.nextOpen(now)),
    next_close: local(sessions.nextClose(now)),
  };
}

const clockText = (at: Instant): string => {
  const minute = newYorkMinute(at);
  return `${pad(Math.floor(minute / 60), 2)}:${pad(minute % 60, 2)}`;
};

/** A date, or an instant whose UTC date counts: SDKs send dates as UTC midnight. */
export function readDay(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const day = parseDate(text);
  if (day !== undefined) return day;
  const at = parseStamp(text);
  return at === undefined ? malformed(`invalid ${name}: ${text.slice(0, 40)}`) : Math.floor(at / DAY_MS);
}

/** The trading days of a span, both ends included. */
export function calendarDays({ sessions }: World, from: number, to: number): TradingDay[] {
  const days: TradingDay[] = [];
  for (let day = from; day <= Math.min(to, from + LONGEST_DAYS); day++) {
    const found = sessions.dayOn(day);
    if (found) days.push(found);
  }
  return days;
}

/** Trades settle on the next trading day. */
export const settlementOf = ({ sessions }: World, session: Session): string => dateText(newYorkDay(sessions.nextOpen(session.closesAt)));

export interface CalendarQuery {
  readonly start?: string;
  readonly end?: string;
  readonly dateType?: string;
}

export function renderCalendar(world: World, query: CalendarQuery): Record<string, unknown>[] {
  const today = newYorkDay(world.now);
  const from = readDay('start', query.start) ?? today - MONTH_DAYS;
  const to = readDay('end', query.end) ?? today + YEAR_DAYS;
  const bySettlement = query.dateType?.toUpperCase() === 'SETTLEMENT';
  const rows = calendarDays(world, bySettlement ? from - WEEK_DAYS : from, to).map(({ session, preOpensAt, postClosesAt }) => ({
    date: session.date,
    open: clockText(session.opensAt),
    close: clockText(session.closesAt),
    session_open: clockText(preOpensAt).replace(':', ''),
    session_close: clockText(postClosesAt).replace(':', ''),
    settlement_date: settlementOf(world, session),
  }));
  if (!bySettlement) return rows;
  return rows.filter((row) => row.settlement_date >= dateText(from) && row.settlement_date <= dateText(to));
}
