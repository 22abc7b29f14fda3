/**
 * Looks for gaps in bars that come chunk by chunk, in little memory whatever their number. Stocks are judged by New York's
 * sessions until a bar of theirs lies on a day without one: they are of another market then, whose hours nobody knows.
 */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { endOf } from '#server/domain/bar-spacing.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { type Calendar, calendarOf, createNyseSessions } from '../sessions.ts';
import type { Span } from '../span.ts';
import { DEFAULT_MAX_GAP_MS, dayOfBar, findGaps } from './gaps.ts';

export interface GapsSeen {
  readonly count: number;
  readonly first: Span | undefined;
}

export class GapWatch {
  readonly #calendar: Calendar;
  readonly #sessionOf = createNyseSessions();
  #newestDay = Number.NaN;
  #isOfAnotherMarket = false;
  /** Begin of the last bar of the chunk before: what is missing between two chunks is a gap, too. */
  #last: number | undefined;
  #count = 0;
  #first: Span | undefined;

  constructor(symbol: string) {
    this.#calendar = calendarOf(symbol);
  }

  push({ startsAt, length, timeframe }: Pick<BarColumns, 'startsAt' | 'length' | 'timeframe'>): void {
    if (length === 0 || this.#isOfAnotherMarket) return;
    if (this.#calendar === 'nyse' && timeframe.ms <= DAY_MS && !this.#isOnSessions(startsAt, length, timeframe)) {
      this.#isOfAnotherMarket = true;
      return;
    }
    const stamps = this.#joined(startsAt, length);
    const from = stamps[0] as number;
    const last = stamps[stamps.length - 1] as number;
    const complete = [{ from, to: endOf(last, timeframe) }];
    const rows = { startsAt: stamps, length: stamps.length };
    const gaps = findGaps(rows, { timeframe, calendar: this.#calendar, complete, maxGapMs: DEFAULT_MAX_GAP_MS[this.#calendar] });
    this.#count += gaps.length;
    this.#first ??= gaps[0];
    this.#last = last;
  }

  /** A bar of it lies on a day on which stocks do not trade. */
  get isOfAnotherMarket(): boolean {
    return this.#isOfAnotherMarket;
  }

  seen(): GapsSeen {
    return this.#isOfAnotherMarket ? { count: 0, first: undefined } : { count: this.#count, first: this.#first };
  }

  #isOnSessions(startsAt: Float64Array, length: number, timeframe: BarColumns['timeframe']): boolean {
    for (let i = 0; i < length; i++) {
      const at = startsAt[i] as number;
      const utcDay = Math.floor(at / DAY_MS);
      if (utcDay === this.#newestDay) continue;
      if (this.#sessionOf(dayOfBar(timeframe, at)) === undefined) return false;
      this.#newestDay = utcDay;
    }
    return true;
  }

  #joined(startsAt: Float64Array, length: number): Float64Array {
    const own = startsAt.subarray(0, length);
    if (this.#last === undefined) return own;
    const joined = new Float64Array(length + 1);
    joined[0] = this.#last;
    joined.set(own, 1);
    return joined;
  }
}
