/**
 * Exponential moving average: previous + smoothing × (value − previous), with smoothing 2 / (period + 1) unless another is
 * given (1 / period is Wilder's), seeded with the simple mean of the first `period` values (as TA-Lib's EMA does). In the
 * unit of the input; NaN before `period` values were seen; an unusable value is answered with NaN and otherwise ignored.
 */
import { isUsable } from './usable.ts';

export interface EmaState {
  readonly seen: number;
  readonly seed: number;
  readonly value: number | null;
}

export class Ema {
  readonly #period: number = 0;
  readonly #smoothing: number = Number.NaN;
  #seen = 0;
  #seed = 0;
  #value = Number.NaN;

  constructor(period: number, smoothing: number = 2 / (period + 1)) {
    this.#period = period;
    this.#smoothing = smoothing;
  }

  next(value: number): number {
    if (!isUsable(value)) return Number.NaN;
    if (this.#seen >= this.#period) {
      const average = this.#value + this.#smoothing * (value - this.#value);
      this.#value = average;
      return average;
    }
    this.#seen++;
    this.#seed += value;
    if (this.#seen === this.#period) this.#value = this.#seed / this.#period;
    return this.#value;
  }

  save(): EmaState {
    return { seen: this.#seen, seed: this.#seed, value: Number.isNaN(this.#value) ? null : this.#value };
  }

  load(state: EmaState): void {
    this.#seen = state.seen;
    this.#seed = state.seed;
    this.#value = state.value ?? Number.NaN;
  }
}
