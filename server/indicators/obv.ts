/**
 * On-balance volume (Granville 1963; TA-Lib OBV): the running sum of volumes, added when the close rises, taken away when
 * it falls; it begins with the first bar's volume. In the unit of the volume (a sum without drift,
 * running-sum.ts). An unusable bar is answered with NaN and otherwise ignored.
 */
import { RunningSum, type RunningSumState } from './running-sum.ts';
import { type Candle, isUsable } from './usable.ts';

export interface ObvState {
  readonly isBegun: boolean;
  readonly close: number;
  readonly sum: RunningSumState;
}

export class Obv {
  #isBegun = false;
  #close = 0;
  readonly #sum = new RunningSum();

  next({ close, volume }: Candle): number {
    if (!isUsable(Math.abs(close) + Math.abs(volume))) return Number.NaN;
    const before = this.#close;
    this.#close = close;
    // Comparisons as numbers, since nobody can predict the branches.
    const change = this.#isBegun ? volume * (Number(close > before) - Number(close < before)) : volume;
    this.#isBegun = true;
    return this.#sum.add(change);
  }

  save(): ObvState {
    return { isBegun: this.#isBegun, close: this.#close, sum: this.#sum.save() };
  }

  load(state: ObvState): void {
    this.#isBegun = state.isBegun;
    this.#close = state.close;
    this.#sum.load(state.sum);
  }
}
