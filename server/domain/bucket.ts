/**
 * Where longer bars begin, as Alpaca aligns them: stretches of minutes and hours are counted from the day's midnight and cut by
 * the next one, days are midnight to midnight; stocks live by New York's midnight, crypto by UTC's.
 */
import type { AssetClass } from './instrument.ts';
import { newYorkDay, newYorkInstant } from './new-york.ts';
import { DAY_MS, type Instant } from './time.ts';

/** The midnight that a market's days begin with; days are counted from 1970-01-01. */
export interface Midnight {
  dayOf(at: number): number;
  startOf(day: number): Instant;
}

const NEW_YORK: Midnight = { dayOf: newYorkDay, startOf: (day) => newYorkInstant(day, 0) };
const UTC: Midnight = { dayOf: (at) => Math.floor(at / DAY_MS), startOf: (day) => (day * DAY_MS) as Instant };

export const midnightOf = (assetClass: AssetClass): Midnight => (assetClass === 'crypto' ? UTC : NEW_YORK);

/** The bucket that holds an instant. The day is kept from one instant to the next: bars come in order, hundreds of the same day. */
export class Buckets {
  startsAt = Number.NaN as Instant;
  /** Exclusive. */
  endsAt = Number.NaN as Instant;
  readonly #midnight: Midnight;
  readonly #lengthMs: number;
  #dayFrom = Number.NaN;
  #dayUntil = Number.NaN;

  /** From a day's length on a bucket is a whole day, however long that is where the clocks change. */
  constructor(midnight: Midnight, lengthMs: number) {
    this.#midnight = midnight;
    this.#lengthMs = lengthMs;
  }

  seek(at: number): void {
    if (at >= this.startsAt && at < this.endsAt) return;
    if (!(at >= this.#dayFrom && at < this.#dayUntil)) {
      const day = this.#midnight.dayOf(at);
      this.#dayFrom = this.#midnight.startOf(day);
      this.#dayUntil = this.#midnight.startOf(day + 1);
    }
    const length = this.#lengthMs >= DAY_MS ? this.#dayUntil - this.#dayFrom : this.#lengthMs;
    const from = at - ((at - this.#dayFrom) % length);
    this.startsAt = from as Instant;
    this.endsAt = Math.min(from + length, this.#dayUntil) as Instant;
  }
}
