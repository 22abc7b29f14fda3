/**
 * Bollinger bands: middle = simple moving average of `period` values, upper and lower = middle ± `deviations` population
 * standard deviations of the same values (Bollinger 1983). The variance is summed over the window anew at each value,
 * around the window's own mean, so that nothing cancels. NaN before `period` values were seen.
 */
import { Sma, type SmaState } from './sma.ts';

export interface Bands {
  middle: number;
  upper: number;
  lower: number;
}

export class Bollinger {
  readonly #period: number;
  readonly #deviations: number;
  readonly #mean: Sma;
  readonly #window: Float64Array;
  #next = 0;
  readonly #bands: Bands = { middle: Number.NaN, upper: Number.NaN, lower: Number.NaN };

  constructor(period: number, deviations: number) {
    this.#period = period;
    this.#deviations = deviations;
    this.#mean = new Sma(period);
    this.#window = new Float64Array(period);
  }

  /** The same object at each call: read it before the next one. */
  next(value: number): Readonly<Bands> {
    this.#window[this.#next] = value;
    this.#next = this.#next + 1 === this.#period ? 0 : this.#next + 1;
    const middle = this.#mean.next(value);
    let squares = 0;
    if (!Number.isNaN(middle)) for (const seen of this.#window) squares += (seen - middle) * (seen - middle);
    const width = this.#deviations * Math.sqrt(squares / this.#period);
    this.#bands.middle = middle;
    this.#bands.upper = middle + width;
    this.#bands.lower = middle - width;
    return this.#bands;
  }

  save(): SmaState {
    return this.#mean.save();
  }

  load(state: SmaState): void {
    this.#mean.load(state);
    this.#next = 0;
    for (const value of state.values) {
      this.#window[this.#next] = value;
      this.#next = this.#next + 1 === this.#period ? 0 : this.#next + 1;
    }
  }
}
