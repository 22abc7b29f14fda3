/**
 * The calendar: on days that the tape covers, a session is a day with equity bars; on all other days it is what the
 * New York Stock Exchange's rules say. Sessions run from 09:30 to 16:00 in New York unless the tape or the rules name an
 * early close; before and after them lie the extended hours.
 */

import { dateText } from '../domain/civil-day.ts';
import { newYorkDay, newYorkInstant } from '../domain/new-york.ts';
import { createNyseCalendar } from '../domain/nyse.ts';
import type { Session } from '../domain/session.ts';
import { DAY_MS, type Instant } from '../domain/time.ts';
import { DEFAULT_SETTINGS, type ExchangeSettings } from './settings.ts';
import type { Tape } from './tape.ts';

const OPENS = 9 * 60 + 30;
const CLOSES = 16 * 60;
const EARLY_CLOSE = 13 * 60;
const AGED_ORDERS = 16 * 60 + 15;
const LOOK_AHEAD_DAYS = 30;

export type Phase = 'closed' | 'pre' | 'core' | 'post' | 'overnight';

/** A day with a session, and its extended hours. */
export interface TradingDay {
  readonly session: Session;
  readonly preOpensAt: Instant;
  readonly postClosesAt: Instant;
}

export interface SessionBook {
  /** The session of a New York day (days since 1970-01-01). */
  on(day: number): Session | undefined;
  dayOn(day: number): TradingDay | undefined;
  /** The session that is open. */
  at(at: Instant): Session | undefined;
  phaseAt(at: Instant): Phase;
  /** When something next happens by the calendar: midnight, the end of a phase, the job for aged orders. */
  nextEdge(at: Instant): Instant;
  /** The next open after `at`. */
  nextOpen(at: Instant): Instant;
  /** The next close after `at`. */
  nextClose(at: Instant): Instant;
  /** The next end of extended hours after `at`. */
  nextEvening(at: Instant): Instant;
  /** The last session day before a day. */
  dayBefore(day: number): number;
  /** The recorded day that a day repeats, when it lies in a lap of the tape. */
  recordedDay(day: number): number | undefined;
}

export type Hours = Pick<
  ExchangeSettings,
  'preMarketOpensMinute' | 'afterHoursCloseMinute' | 'halfDayAfterHoursCloseMinute' | 'overnightTrading'
>;

export function createSessionBook(tape: Tape, loop: boolean, hours: Hours = DEFAULT_SETTINGS): SessionBook {
  const dayOn = createDays(tape, loop, hours);
  const { overnightTrading, afterHoursCloseMinute } = hours;
  const next = (at: Instant, pick: (day: TradingDay) => Instant): Instant => {
    const today = newYorkDay(at);
    for (let day = today; day <= today + LOOK_AHEAD_DAYS; day++) {
      const found = dayOn(day);
      if (found && pick(found) > at) return pick(found);
    }
    throw new Error(`no session within ${LOOK_AHEAD_DAYS} days of ${dateText(today)}; the tape has a hole that long`);
  };
  const edgesOf = (day: number): Instant[] => {
    const edges = [newYorkInstant(day, 0)];
    const today = dayOn(day);
    if (today) {
      const { preOpensAt, session, postClosesAt } = today;
      edges.push(preOpensAt, session.opensAt, session.closesAt, newYorkInstant(day, AGED_ORDERS), postClosesAt);
    }
    if (overnightTrading && dayOn(day + 1)) edges.push(newYorkInstant(day, afterHoursCloseMinute));
    return edges;
  };
  return {
    on: (day) => dayOn(day)?.session,
    dayOn,
    at: (at) => {
      const session = dayOn(newYorkDay(at))?.session;
      return session && at >= session.opensAt && at < session.closesAt ? session : undefined;
    },
    phaseAt: (at) => phaseAt(dayOn, hours, at),
    nextEdge: (at) => {
      const today = newYorkDay(at);
      const coming = [...edgesOf(today), ...edgesOf(today + 1)].filter((edge) => edge > at);
      return Math.min(...coming) as Instant;
    },
    nextOpen: (at) => next(at, ({ session }) => session.opensAt),
    nextClose: (at) => next(at, ({ session }) => session.closesAt),
    nextEvening: (at) => next(at, ({ postClosesAt }) => postClosesAt),
    dayBefore: (day) => {
      for (let before = day - 1; before > day - LOOK_AHEAD_DAYS; before--) if (dayOn(before)) return before;
      return day - 1;
    },
    recordedDay: (day) => recordedDay(tape, loop, day),
  };
}

function recordedDay(tape: Tape, loop: boolean, day: number): number | undefined {
  const firstDay = newYorkDay(tape.firstAt);
  if (tape.sessionDates.size === 0 || day < firstDay) return undefined;
  const origin = loop ? firstDay + ((day - firstDay) % Math.round(tape.lapMs / DAY_MS)) : day;
  return origin <= newYorkDay(tape.lastAt) ? origin : undefined;
}

type Days = (day: number) => TradingDay | undefined;

function createDays(tape: Tape, loop: boolean, hours: Hours): Days {
  const known = new Map<number, TradingDay | undefined>();
  const nyse = createNyseCalendar();
  const closingMinute = (day: number): number | undefined => {
    const origin = recordedDay(tape, loop, day);
    if (origin === undefined) {
      if (nyse.isHalfDay(day)) return EARLY_CLOSE;
      return nyse.isTradingDay(day) ? CLOSES : undefined;
    }
    const date = dateText(origin);
    return tape.sessionDates.has(date) ? (tape.earlyCloses.get(date) ?? CLOSES) : undefined;
  };
  const compute = (day: number): TradingDay | undefined => {
    const closes = closingMinute(day);
    if (closes === undefined) return undefined;
    const evening = closes < CLOSES ? hours.halfDayAfterHoursCloseMinute : hours.afterHoursCloseMinute;
    return {
      session: { date: dateText(day), opensAt: newYorkInstant(day, OPENS), closesAt: newYorkInstant(day, closes) },
      preOpensAt: newYorkInstant(day, Math.min(hours.preMarketOpensMinute, OPENS)),
      postClosesAt: newYorkInstant(day, Math.max(evening, closes)),
    };
  };
  return (day) => {
    if (!known.has(day)) known.set(day, compute(day));
    return known.get(day);
  };
}

function phaseAt(dayOn: Days, { overnightTrading, afterHoursCloseMinute }: Hours, at: Instant): Phase {
  const day = newYorkDay(at);
  const today = dayOn(day);
  if (today && at >= today.preOpensAt && at < today.postClosesAt) {
    if (at < today.session.opensAt) return 'pre';
    return at < today.session.closesAt ? 'core' : 'post';
  }
  if (!overnightTrading) return 'closed';
  const isBeforeDawn = today !== undefined && at < today.preOpensAt;
  const isLateEvening = dayOn(day + 1) !== undefined && at >= newYorkInstant(day, afterHoursCloseMinute);
  return isBeforeDawn || isLateEvening ? 'overnight' : 'closed';
}
