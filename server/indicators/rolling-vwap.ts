/**
 * Volume-weighted average price of the last `period` bars: Σ typical price × volume / Σ volume, in the unit of the prices.
 * While nothing was traded in them it is the typical price. NaN before `period` bars; an unusable bar is answered with NaN
 * and otherwise ignored.
 */
import { RollingSum, type RollingSumState } from './rolling-sum.ts';
import { type Candle, isUsableTrade } from './usable.ts';

export interface RollingVwapState {
  readonly money: RollingSumState;
  readonly volume: RollingSumState;
}

export class RollingVwap {
  /** Of all three prices: a third of it is what changed hands. */
  readonly #money: RollingSum;
  readonly #volume: RollingSum;

  constructor(period: number) {
    this.#money = new RollingSum(period);
    this.#volume = new RollingSum(period);
  }

  next(bar: Candle): number {
    const { high, low, close, volume } = bar;
    if (!isUsableTrade(bar)) return Number.NaN;
    const prices = high + low + close;
    const money = this.#money.next(prices * volume);
    const traded = this.#volume.next(volume);
    // A sum that is not there yet is not zero.
    return traded === 0 ? prices / 3 : money / (3 * traded);
  }

  save(): RollingVwapState {
    return { money: this.#money.save(), volume: this.#volume.save() };
  }

  load(state: RollingVwapState): void {
    this.#money.load(state.money);
    this.#volume.load(state.volume);
  }
}
