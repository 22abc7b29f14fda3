/**
 * The calendar: on days that the tape covers, a session is a day with equity bars; on all other days, Monday to Friday.
 * Sessions run from 09:30 to 16:00 in New York unless the tape names an early close.
 */
import type { Session } from '../domain/session.ts';
import type { Instant } from '../domain/time.ts';
import { newYorkDay, newYorkInstant } from './new-york.ts';
import { dateText, weekday } from './stamp.ts';
import type { Tape } from './tape.ts';

const OPENS = 9 * 60 + 30;
const CLOSES = 16 * 60;
const EVENING = 20 * 60;
const LOOK_AHEAD_DAYS = 30;

export interface SessionBook {
  /** The session of a New York day (days since 1970-01-01). */
  on(day: number): Session | undefined;
  /** The session that is open. */
  at(at: Instant): Session | undefined;
  /** The next open after `at`. */
  nextOpen(at: Instant): Instant;
  /** The next close after `at`. */
  nextClose(at: Instant): Instant;
  /** The next end of extended hours after `at`: 20:00 on a session day. */
  nextEvening(at: Instant): Instant;
  /** The last session day before a day. */
  dayBefore(day: number): number;
}

export function createSessionBook(tape: Tape, loop: boolean): SessionBook {
  const known = new Map<number, Session | undefined>();
  const lapDays = Math.round(tape.lapMs / 86_400_000);
  const firstDay = newYorkDay(tape.firstAt);
  const lastDay = newYorkDay(tape.lastAt);

  /** The recorded day that a day repeats, when it lies in a lap of the tape. */
  const recordedDay = (day: number): number | undefined => {
    if (tape.sessionDates.size === 0 || day < firstDay) return undefined;
    const origin = loop ? firstDay + ((day - firstDay) % lapDays) : day;
    return origin <= lastDay ? origin : undefined;
  };
  const compute = (day: number): Session | undefined => {
    const origin = recordedDay(day);
    const workday = weekday(day) >= 1 && weekday(day) <= 5;
    const trades = origin === undefined ? workday : tape.sessionDates.has(dateText(origin));
    if (!trades) return undefined;
    const closes = origin === undefined ? CLOSES : (tape.earlyCloses.get(dateText(origin)) ?? CLOSES);
    return { date: dateText(day), opensAt: newYorkInstant(day, OPENS), closesAt: newYorkInstant(day, closes) };
  };
  const on = (day: number): Session | undefined => {
    if (!known.has(day)) known.set(day, compute(day));
    return known.get(day);
  };
  const next = (at: Instant, pick: (session: Session) => Instant): Instant => {
    const today = newYorkDay(at);
    for (let day = today; day <= today + LOOK_AHEAD_DAYS; day++) {
      const session = on(day);
      if (session && pick(session) > at) return pick(session);
    }
    throw new Error(`no session within ${LOOK_AHEAD_DAYS} days of ${dateText(today)}; the tape has a hole that long`);
  };
  return {
    on,
    at: (at) => {
      const session = on(newYorkDay(at));
      return session && at >= session.opensAt && at < session.closesAt ? session : undefined;
    },
    nextOpen: (at) => next(at, (session) => session.opensAt),
    nextClose: (at) => next(at, (session) => session.closesAt),
    nextEvening: (at) => next(at, (session) => newYorkInstant(newYorkDay(session.opensAt), EVENING)),
    dayBefore: (day) => {
      for (let before = day - 1; before > day - LOOK_AHEAD_DAYS; before--) if (on(before)) return before;
      return day - 1;
    },
  };
}
