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
  readonly #period: number;
  readonly #share: number;
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
    const range = Math.max(high, this.#previous) - Math.min(low, this.#previous);
    this.#previous = close;
    if (this.#seen < this.#period) return this.#seed(range);
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
