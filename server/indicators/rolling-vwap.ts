/**
 * Volume-weighted average price of the last `period` bars: Σ typical price × volume / Σ volume, in the unit of the prices.
 * While nothing was traded in them it is the typical price. NaN before `period` bars; an unusable bar is answered with NaN
 * and otherwise ignored.
 */
import { RollingSum, type RollingSumState } from './rolling-sum.ts';
import { type Candle, isUsableRange } from './usable.ts';

export interface RollingVwapState {
  readonly money: RollingSumState;
  readonly volume: RollingSumState;
}

export class RollingVwap {
  readonly #money: RollingSum;
  readonly #volume: RollingSum;

  constructor(period: number) {
    this.#money = new RollingSum(period);
    this.#volume = new RollingSum(period);
  }

  next(bar: Candle): number {
    const { high, low, close, volume } = bar;
    if (!(isUsableRange(bar) && volume >= 0 && volume <= 1e15)) return Number.NaN;
    const typical = (high + low + close) / 3;
    const money = this.#money.next(typical * volume);
    const traded = this.#volume.next(volume);
    // A sum that is not there yet is not zero.
    return traded === 0 ? typical : money / traded;
  }

  save(): RollingVwapState {
    return { money: this.#money.save(), volume: this.#volume.save() };
  }

  load(state: RollingVwapState): void {
    this.#money.load(state.money);
    this.#volume.load(state.volume);
  }
}
