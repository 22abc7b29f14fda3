/**
 * Stretches without bars that should have some. Stocks: within a session, by New York's calendar with its holidays and half
 * days; minutes without a trade have no bar, so only what is longer than a bound counts. Pairs: at any time. Days and
 * weeks: each that is left out.
 */

import type { BarRows } from '#server/domain/bar-blocks.ts';
import { endOf } from '#server/domain/bar-spacing.ts';
import { newYorkDay } from '#server/domain/new-york.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#server/domain/time.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import { firstFrom } from '../bar-rows.ts';
import { type Calendar, createNyseSessions, hidesTrading } from '../sessions.ts';
import { missing, type Span } from '../span.ts';

type Stamps = Pick<BarRows, 'startsAt' | 'length'>;

export interface GapOptions {
  readonly timeframe: Timeframe;
  readonly calendar: Calendar;
  /** What was stored in full. */
  readonly complete: readonly Span[];
  /** Longer stretches without a bar are gaps, in bars shorter than a day. */
  readonly maxGapMs: number;
}

export const DEFAULT_MAX_GAP_MS: Readonly<Record<Calendar, number>> = { nyse: 30 * MINUTE_MS, always: HOUR_MS };

/** In order of time. */
export function findGaps(rows: Stamps, options: GapOptions): Span[] {
  if (rows.length === 0) return [];
  const { timeframe, calendar, complete } = options;
  const [first, last] = [rows.startsAt[0] as number, rows.startsAt[rows.length - 1] as number];
  const holes = missing(complete, { from: first, to: last + 1 }).filter((hole) => hidesTrading(calendar, hole));
  // Before a listing and after its end there is nothing to be had.
  const end = endOf(last, timeframe);
  const spans = complete.map(({ from, to }) => ({ from: Math.max(from, first), to: Math.min(to, end) }));
  const within = spans.flatMap((span) => inSpan(rows, span, options));
  return [...holes, ...within].sort((a, b) => a.from - b.from);
}

function inSpan(rows: Stamps, span: Span, options: GapOptions): Span[] {
  const { timeframe, calendar } = options;
  if (timeframe.ms > DAY_MS) return leftOut(rows, span, timeframe.ms + HOUR_MS, timeframe);
  if (calendar === 'always') return leftOut(rows, span, timeframe.ms < DAY_MS ? options.maxGapMs : HOUR_MS, timeframe);
  return timeframe.ms < DAY_MS ? inSessions(rows, span, options) : sessionsWithoutBar(rows, span, timeframe);
}

/** Wherever the end of a bar and the beginning of the next are too far apart. */
function leftOut({ startsAt, length }: Stamps, span: Span, mostMs: number, timeframe: Timeframe): Span[] {
  const gaps: Span[] = [];
  let { from } = span;
  for (let i = firstFrom({ startsAt, length }, span.from); i < length && (startsAt[i] as number) < span.to; i++) {
    const at = startsAt[i] as number;
    if (at - from > mostMs) gaps.push({ from, to: at });
    from = Math.max(from, endOf(at, timeframe));
  }
  if (span.to - from > mostMs) gaps.push({ from, to: span.to });
  return gaps;
}

function* sessionsIn({ from, to }: Span): Generator<{ readonly day: number; readonly session: Span }> {
  const sessionOf = createNyseSessions();
  for (let day = newYorkDay(from); day <= newYorkDay(to); day++) {
    const session = sessionOf(day);
    if (session !== undefined) yield { day, session };
  }
}

function inSessions(rows: Stamps, span: Span, { timeframe, maxGapMs }: GapOptions): Span[] {
  const gaps: Span[] = [];
  const { startsAt, length } = rows;
  for (const { session } of sessionsIn(span)) {
    const to = Math.min(session.to, span.to);
    let from = Math.max(session.from, span.from);
    // The bar of 9:00 to 10:00 belongs to the session that opens at half past nine.
    for (let i = firstFrom(rows, from - timeframe.ms + 1); i < length && (startsAt[i] as number) < to; i++) {
      const at = startsAt[i] as number;
      if (at - from > maxGapMs) gaps.push({ from, to: at });
      from = Math.max(from, at + timeframe.ms);
    }
    if (to - from > maxGapMs) gaps.push({ from, to });
  }
  return gaps;
}

/** The trading day of a bar: that of New York, unless it is a day's own bar that begins at midnight in UTC. */
export const dayOfBar = ({ ms }: Timeframe, startsAt: number): number =>
  ms >= DAY_MS && startsAt % DAY_MS === 0 ? startsAt / DAY_MS : newYorkDay(startsAt);

/** Days in a row are one gap. */
function sessionsWithoutBar({ startsAt, length }: Stamps, span: Span, timeframe: Timeframe): Span[] {
  const days = new Set<number>();
  for (let i = 0; i < length; i++) days.add(dayOfBar(timeframe, startsAt[i] as number));
  const gaps: Span[] = [];
  let isOpen = false;
  for (const { day, session } of sessionsIn(span)) {
    const isThere = days.has(day) || session.from < span.from || session.from >= span.to;
    const last = gaps.at(-1);
    if (!isThere && isOpen && last !== undefined) gaps[gaps.length - 1] = { from: last.from, to: session.to };
    else if (!isThere) gaps.push(session);
    isOpen = !isThere;
  }
  return gaps;
}
