/**
 * One stream of bars → longer bars, given out when they are closed and never before. The buckets are Alpaca's
 * (`bucket.ts`); a longer bar is named by the beginning of its bucket.
 *
 * - Of stocks only minutes of the session count, where the calendar knows the day. So a bucket closes with its last minute of the
 *   session: a day at 16:00 in New York, or at 13:00 on half days, and no bar is made of pre-market and after-hours.
 * - Where the calendar does not reach, every minute counts and a bucket closes at its nominal end.
 * - When the minute that would close it had no trade, the bucket closes with the first bar behind it.
 * - Minutes without a trade leave no trace; a bucket without any bar is no longer bar.
 * - The first bucket is only given out when it was seen from its beginning.
 *
 * It looks at nothing but the bars and the calendar, so that the same stream gives the same longer bars live, in a backtest and
 * when the journal is taken in again. O(1) a bar, and nothing is allocated while nothing closes.
 */
import type { Bar } from './bar.ts';
import { Buckets, midnightOf } from './bucket.ts';
import type { AssetSymbol } from './ids.ts';
import { assetClassOf } from './instrument.ts';
import { type Session, sessionWithin } from './session.ts';
import type { Instant } from './time.ts';
import type { Timeframe } from './timeframe.ts';

const NONE: readonly Bar[] = Object.freeze([]);
const NEVER = Number.NEGATIVE_INFINITY as Instant;

export interface AggregatorMemory {
  /** Bars that begin before this belong to longer bars that were given out, or begin before the first one; nothing at the start. */
  readonly doneUntil: Instant | null;
  /** The bucket that is forming. */
  readonly forming: Forming | null;
}

interface Forming {
  readonly startsAt: Instant;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly isWhole: boolean;
  /** Open, high, low, close, volume; nothing while no bar of it counted. */
  readonly candle: readonly [number, number, number, number, number] | null;
}

export class BarAggregator {
  readonly #symbol: AssetSymbol;
  readonly #hasSessions: boolean;
  readonly #buckets: Buckets;
  #doneUntil: Instant = NEVER;
  /** The part of the bucket that counts; empty when the market is closed all through it. */
  #opensAt: Instant = NEVER;
  #closesAt: Instant = NEVER;
  #isForming = false;
  #isWhole = false;
  #isEmpty = true;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #volume = 0;

  constructor(symbol: AssetSymbol, timeframe: Timeframe) {
    const assetClass = assetClassOf(symbol);
    this.#symbol = symbol;
    this.#hasSessions = assetClass !== 'crypto';
    this.#buckets = new Buckets(midnightOf(assetClass), timeframe.ms);
  }

  /** Takes the next bar of the stream in; the longer bars that it closed: none, one, or two after a gap. */
  next(bar: Bar, sessions: readonly Session[]): readonly Bar[] {
    if (bar.startsAt < this.#doneUntil) return NONE;
    let closed = NONE;
    if (!this.#isForming || bar.startsAt >= this.#buckets.endsAt) {
      closed = this.#give();
      this.#enter(bar, sessions);
    }
    if (bar.endsAt <= this.#opensAt || bar.startsAt >= this.#closesAt) return closed;
    this.#add(bar);
    if (bar.endsAt < this.#closesAt) return closed;
    return closed === NONE ? this.#give() : [...closed, ...this.#give()];
  }

  /** Takes in a longer bar that was fetched; false when it, or a later one, was given out before. */
  skip(longer: Bar): boolean {
    if (longer.startsAt < this.#doneUntil) return false;
    this.#buckets.seek(longer.startsAt);
    this.#doneUntil = this.#buckets.endsAt;
    this.#isForming = false;
    return true;
  }

  #enter(bar: Bar, sessions: readonly Session[]): void {
    const isFirst = this.#doneUntil === NEVER;
    const buckets = this.#buckets;
    buckets.seek(bar.startsAt);
    const session = this.#hasSessions ? sessionWithin(sessions, buckets.startsAt, buckets.endsAt) : undefined;
    this.#opensAt = buckets.startsAt;
    this.#closesAt = session === 'closed' ? buckets.startsAt : buckets.endsAt;
    if (session !== undefined && session !== 'closed') {
      this.#opensAt = Math.max(session.opensAt, buckets.startsAt) as Instant;
      this.#closesAt = Math.min(session.closesAt, buckets.endsAt) as Instant;
    }
    this.#isWhole = !isFirst || bar.startsAt <= this.#opensAt;
    this.#doneUntil = buckets.startsAt;
    this.#isForming = true;
    this.#isEmpty = true;
  }

  #add({ open, high, low, close, volume }: Bar): void {
    if (this.#isEmpty) {
      this.#isEmpty = false;
      this.#open = open;
      this.#high = high;
      this.#low = low;
      this.#volume = 0;
    }
    if (high > this.#high) this.#high = high;
    if (low < this.#low) this.#low = low;
    this.#close = close;
    this.#volume += volume;
  }

  #give(): readonly Bar[] {
    if (!this.#isForming) return NONE;
    const { startsAt, endsAt } = this.#buckets;
    this.#doneUntil = endsAt;
    this.#isForming = false;
    if (this.#isEmpty || !this.#isWhole) return NONE;
    const candle = { open: this.#open, high: this.#high, low: this.#low, close: this.#close, volume: this.#volume };
    return [{ symbol: this.#symbol, startsAt, endsAt: this.#closesAt, ...candle }];
  }

  save(): AggregatorMemory {
    const doneUntil = this.#doneUntil === NEVER ? null : this.#doneUntil;
    if (!this.#isForming) return { doneUntil, forming: null };
    const candle = [this.#open, this.#high, this.#low, this.#close, this.#volume] as const;
    const bounds = { startsAt: this.#buckets.startsAt, opensAt: this.#opensAt, closesAt: this.#closesAt, isWhole: this.#isWhole };
    return { doneUntil, forming: { ...bounds, candle: this.#isEmpty ? null : candle } };
  }

  load({ doneUntil, forming }: AggregatorMemory): void {
    this.#doneUntil = doneUntil ?? NEVER;
    this.#isForming = forming !== null;
    if (forming === null) return;
    this.#buckets.seek(forming.startsAt);
    this.#opensAt = forming.opensAt;
    this.#closesAt = forming.closesAt;
    this.#isWhole = forming.isWhole;
    this.#isEmpty = forming.candle === null;
    if (forming.candle !== null) [this.#open, this.#high, this.#low, this.#close, this.#volume] = forming.candle;
  }
}
