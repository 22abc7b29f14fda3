/**
 * Volatility of one bar by exponentially weighted squared returns (RiskMetrics 1996): variance = decay × variance + (1 − decay) × r², r the
 * logarithm of close over previous close; seeded with the mean of the first `period` r². NaN before `period` + 1 bars were seen; an unusable
 * bar is answered with NaN and otherwise ignored, and a bar that is missing is no return of zero.
 */
import { type Candle, isUsableRange } from './usable.ts';

export interface EwmaVolatilityState {
  readonly seen: number;
  readonly previous: number;
  readonly variance: number;
}

export class EwmaVolatility {
  readonly #period: number;
  readonly #decay: number;
  #seen = -1;
  #previous = 0;
  #variance = 0;

  constructor(period: number, decay: number) {
    this.#period = period;
    this.#decay = decay;
  }

  next(bar: Candle): number {
    if (!isUsableRange(bar) || !(bar.close > 0)) return Number.NaN;
    const change = Math.log(bar.close / this.#previous);
    this.#previous = bar.close;
    if (this.#seen < 0) {
      this.#seen = 0;
      return Number.NaN;
    }
    if (this.#seen < this.#period) {
      this.#seen++;
      this.#variance += (change * change) / this.#period;
      return this.#seen < this.#period ? Number.NaN : Math.sqrt(this.#variance);
    }
    this.#variance = this.#decay * this.#variance + (1 - this.#decay) * change * change;
    return Math.sqrt(this.#variance);
  }

  save(): EwmaVolatilityState {
    return { seen: this.#seen, previous: this.#previous, variance: this.#variance };
  }

  load(state: EwmaVolatilityState): void {
    this.#seen = state.seen;
    this.#previous = state.previous;
    this.#variance = state.variance;
  }
}
