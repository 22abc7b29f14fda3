/**
 * Simple moving average: mean of the last `period` values, in the unit of the input (TA-Lib SMA). The sum is exact, so it
 * does not drift, and equal averages are equal. NaN before `period` values were seen; an unusable value is answered with
 * NaN and otherwise ignored.
 */
import { ExactWindow } from './exact-window.ts';
import { isUsable } from './usable.ts';

export interface SmaState {
  /** In billionths, oldest first. */
  readonly values: readonly number[];
}

export class Sma {
  readonly #window: ExactWindow;

  constructor(period: number) {
    this.#window = new ExactWindow(period);
  }

  next(value: number): number {
    if (!isUsable(value)) return Number.NaN;
    this.#window.push(value);
    return this.#window.mean();
  }

  save(): SmaState {
    return { values: this.#window.save() };
  }

  load(state: SmaState): void {
    this.#window.load(state.values);
  }
}
