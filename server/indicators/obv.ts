/**
 * On-balance volume (Granville 1963; TA-Lib OBV): the running sum of volumes, added when the close rises, taken away when
 * it falls; it begins with the first bar's volume. In the unit of the volume. The error of each addition is kept beside the
 * sum, so it does not drift. An unusable bar is answered with NaN and otherwise ignored.
 */
import { type Candle, isUsable } from './usable.ts';

export interface ObvState {
  readonly isBegun: boolean;
  readonly close: number;
  readonly sum: number;
  readonly rest: number;
}

export class Obv {
  #isBegun = false;
  #close = 0;
  #sum = 0;
  #rest = 0;

  next(bar: Candle): number {
    const { close, volume } = bar;
    if (!isUsable(Math.abs(close) + Math.abs(volume))) return Number.NaN;
    if (!this.#isBegun) {
      this.#isBegun = true;
      this.#close = close;
      this.#sum = volume;
      return volume;
    }
    const change = volume * Math.sign(close - this.#close);
    this.#close = close;
    const sum = this.#sum + change;
    const added = sum - this.#sum;
    this.#rest += this.#sum - (sum - added) + (change - added);
    this.#sum = sum;
    return sum + this.#rest;
  }

  save(): ObvState {
    return { isBegun: this.#isBegun, close: this.#close, sum: this.#sum, rest: this.#rest };
  }

  load(state: ObvState): void {
    this.#isBegun = state.isBegun;
    this.#close = state.close;
    this.#sum = state.sum;
    this.#rest = state.rest;
  }
}
