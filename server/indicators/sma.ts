/**
 * Simple moving average: mean of the last `period` values, in the unit of the input. The sum is exact, so it does not
 * drift and equal averages are equal. NaN before `period` values were seen; a value that is not finite is answered with
 * NaN and otherwise ignored.
 */
import { ExactWindow } from './exact-window.ts';

export interface SmaState {
  readonly values: readonly number[];
}

export class Sma {
  readonly #window: ExactWindow;

  constructor(period: number) {
    this.#window = new ExactWindow(period);
  }

  next(value: number): number {
    if (!Number.isFinite(value)) return Number.NaN;
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
