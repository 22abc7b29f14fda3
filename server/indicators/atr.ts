/**
 * Average true range (Wilder 1978; TA-Lib ATR): true range = max(high, previous close) − min(low, previous close), averaged
 * with smoothing 1 / period, seeded with the simple mean of the first `period` true ranges (the first bar has none). In the
 * unit of the prices. NaN before `period` + 1 bars were seen; an unusable bar is answered with NaN and otherwise ignored.
 */
import { type Candle, isUsableRange } from './usable.ts';

export interface AtrState {
  readonly seen: number;
  readonly previous: number;
  readonly average: number;
}

export class Atr {
  readonly #period: number = 0;
  readonly #share: number = Number.NaN;
  #seen = -1;
  #previous = 0;
  #average = 0;

  constructor(period: number) {
    this.#period = period;
    this.#share = 1 / period;
  }

  next(bar: Candle): number {
    if (!isUsableRange(bar)) return Number.NaN;
    const { high, low, close } = bar;
    const before = this.#previous;
    this.#previous = close;
    // Math.max would look for NaN and -0 as well.
    const range = (high > before ? high : before) - (low < before ? low : before);
    // With the plus V8 knows that it is a number, and needs no box for any answer.
    if (this.#seen < this.#period) return +this.#seed(range);
    const average = this.#average + (range - this.#average) * this.#share;
    this.#average = average;
    return average;
  }

  #seed(range: number): number {
    this.#seen++;
    if (this.#seen === 0) return Number.NaN;
    this.#average += range / this.#period;
    return this.#seen < this.#period ? Number.NaN : this.#average;
  }

  save(): AtrState {
    return { seen: this.#seen, previous: this.#previous, average: this.#average };
  }

  load(state: AtrState): void {
    this.#seen = state.seen;
    this.#previous = state.previous;
    this.#average = state.average;
  }
}
