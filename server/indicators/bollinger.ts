/**
 * Bollinger bands: middle = simple moving average of `period` values, upper and lower = middle ± `deviations` population
 * standard deviations of the same values (Bollinger 1983). The variance is summed over the window anew at each value,
 * around the window's own mean, so that nothing cancels. NaN before `period` values were seen; a value that is not finite is
 * answered with NaN and otherwise ignored.
 */
import { ExactWindow } from './exact-window.ts';
import type { SmaState } from './sma.ts';

export interface Bands {
  middle: number;
  upper: number;
  lower: number;
}

export class Bollinger {
  readonly #period: number;
  readonly #deviations: number;
  readonly #window: ExactWindow;
  readonly #bands: Bands = { middle: Number.NaN, upper: Number.NaN, lower: Number.NaN };

  constructor(period: number, deviations: number) {
    this.#period = period;
    this.#deviations = deviations;
    this.#window = new ExactWindow(period);
  }

  /** The same object at each call: read it before the next one. */
  next(value: number): Readonly<Bands> {
    if (!Number.isFinite(value)) return this.#set(Number.NaN, Number.NaN);
    this.#window.push(value);
    const middle = this.#window.mean();
    if (Number.isNaN(middle)) return this.#set(middle, middle);
    return this.#set(middle, this.#deviations * Math.sqrt(this.#window.squaresAround(middle) / this.#period));
  }

  #set(middle: number, width: number): Bands {
    this.#bands.middle = middle;
    this.#bands.upper = middle + width;
    this.#bands.lower = middle - width;
    return this.#bands;
  }

  save(): SmaState {
    return { values: this.#window.save() };
  }

  load(state: SmaState): void {
    this.#window.load(state.values);
  }
}
