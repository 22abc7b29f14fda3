/**
 * Exponential moving average with smoothing 2 / (period + 1), seeded with the simple mean of the first `period` values
 * (as TA-Lib does). In the unit of the input; NaN before `period` values were seen; a value that is not finite is answered
 * with NaN and otherwise ignored.
 */
export interface EmaState {
  readonly seen: number;
  readonly seed: number;
  readonly value: number | null;
}

export class Ema {
  readonly #period: number;
  readonly #smoothing: number;
  #seen = 0;
  #seed = 0;
  #value = Number.NaN;

  constructor(period: number) {
    this.#period = period;
    this.#smoothing = 2 / (period + 1);
  }

  next(value: number): number {
    if (!Number.isFinite(value)) return Number.NaN;
    if (this.#seen >= this.#period) {
      this.#value += this.#smoothing * (value - this.#value);
      return this.#value;
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
