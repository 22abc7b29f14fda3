/**
 * Bollinger bands: middle = simple moving average of `period` values, upper and lower = middle ± `deviations` population
 * standard deviations of the same values (Bollinger, "Bollinger on Bollinger Bands", 2001; TA-Lib BBANDS). In the unit of
 * the input. Mean and squares are exact sums, so there is no drift and a flat series has bands of no width; O(1) in the
 * period. NaN before `period` values were seen; an unusable value is answered with NaN and otherwise ignored.
 */
import { ExactSquares } from './exact-squares.ts';
import { ExactWindow, nanosOf } from './exact-window.ts';
import { isUsable } from './usable.ts';

export interface Bands {
  middle: number;
  upper: number;
  lower: number;
}

export interface BollingerState {
  /** In billionths, oldest first. */
  readonly values: readonly number[];
  readonly anchor: number;
}

export class Bollinger {
  readonly #window: ExactWindow;
  readonly #squares: ExactSquares;
  /** Makes a band's width of the root of the spread. */
  readonly #factor: number;
  readonly #bands: Bands = { middle: Number.NaN, upper: Number.NaN, lower: Number.NaN };

  constructor(period: number, deviations: number) {
    this.#window = new ExactWindow(period);
    this.#squares = new ExactSquares(this.#window, period);
    this.#factor = deviations / (period * 1e9);
  }

  /** The same object at each call: read it before the next one. */
  next(value: number): Readonly<Bands> {
    const bands = this.#bands;
    if (isUsable(value)) this.#squares.replace(nanosOf(value));
    if (!isUsable(value) || !this.#window.isFull) {
      bands.middle = bands.upper = bands.lower = Number.NaN;
      return bands;
    }
    const middle = this.#window.mean();
    const width = this.#factor * Math.sqrt(this.#squares.spread());
    bands.middle = middle;
    bands.upper = middle + width;
    bands.lower = middle - width;
    return bands;
  }

  save(): BollingerState {
    return { values: this.#window.save(), anchor: this.#squares.anchor };
  }

  load({ values, anchor }: BollingerState): void {
    this.#window.load(values);
    this.#squares.anchorAt(anchor);
  }
}
