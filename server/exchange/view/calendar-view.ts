/** Clock and calendar in Alpaca's words, in New York's time. */

import { dateText, dayNumber, pad, parseDate } from '../../domain/civil-day.ts';
import { newYorkDay, newYorkMinute, newYorkOffset } from '../../domain/new-york.ts';
import type { Session } from '../../domain/session.ts';
import { DAY_MS, type Instant } from '../../domain/time.ts';
import { malformed } from '../refusal.ts';
import type { TradingDay } from '../sessions.ts';
import { parseStamp, stamp, stampSeconds } from '../stamp.ts';
import type { World } from '../world.ts';

/** Alpaca lists the trading days from 1970 to 2029, and all of them when nobody says which. */
const FIRST_DAY = dayNumber(1970, 1, 1);
const LAST_DAY = dayNumber(2029, 12, 31);
const YEAR_DAYS = 366;
const WEEK_DAYS = 7;

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

const clockText = (at: Instant, colon = ':'): string => {
  const minute = newYorkMinute(at);
  return `${pad(Math.floor(minute / 60), 2)}${colon}${pad(minute % 60, 2)}`;
};

/** A date, or an instant whose UTC date counts: SDKs send dates as UTC midnight. */
export function readDay(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const day = parseDate(text);
  if (day !== undefined) return day;
  const at = parseStamp(text);
  return at === undefined ? malformed(`invalid ${name}: ${text.slice(0, 40)}`) : Math.floor(at / DAY_MS);
}

/** A market that is played in a later year lists the year ahead, too. */
const lastDay = ({ now }: World): number => Math.max(LAST_DAY, newYorkDay(now) + YEAR_DAYS);

/** The trading days of a span, both ends included, as far as days are listed. */
export function calendarDays(world: World, from: number, to: number): TradingDay[] {
  const days: TradingDay[] = [];
  const until = Math.min(to, lastDay(world));
  for (let day = Math.max(from, FIRST_DAY); day <= until; day++) {
    const found = world.sessions.dayOn(day);
    if (found) days.push(found);
  }
  return days;
}

/** Trades settle on the next trading day. */
export const settlementOf = ({ sessions }: World, session: Session): string => dateText(newYorkDay(sessions.nextOpen(session.closesAt)));

export interface CalendarQuery {
  readonly start?: string;
  readonly end?: string;
  readonly dateType?: 'trading' | 'settlement';
}

export function renderCalendar(world: World, query: CalendarQuery): Record<string, unknown>[] {
  const from = readDay('start', query.start) ?? FIRST_DAY;
  const to = readDay('end', query.end) ?? lastDay(world);
  const bySettlement = query.dateType === 'settlement';
  const days = calendarDays(world, bySettlement ? from - WEEK_DAYS : from, to);
  const rows = days.map(({ session, preOpensAt, postClosesAt }, index) => ({
    date: session.date,
    open: clockText(session.opensAt),
    close: clockText(session.closesAt),
    session_open: clockText(preOpensAt, ''),
    session_close: clockText(postClosesAt, ''),
    // Fifteen thousand rows: asking each for its own would take longer than all the rest.
    settlement_date: days[index + 1]?.session.date ?? settlementOf(world, session),
  }));
  if (!bySettlement) return rows;
  return rows.filter((row) => row.settlement_date >= dateText(from) && row.settlement_date <= dateText(to));
}
