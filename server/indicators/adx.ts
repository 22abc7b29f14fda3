/**
 * Directional movement (Wilder 1978; TA-Lib PLUS_DI, MINUS_DI, ADX), 0 to 100. +DM is the rise of the high when it is
 * larger than the fall of the low, −DM the reverse, neither on a tie. +DI and −DI = 100 × smoothed DM / smoothed true range;
 * DX = 100 × |+DI − −DI| / (+DI + −DI); ADX = DX smoothed with 1 / period. Wilder's sums: the first `period` − 1 movements
 * are added up, then sum − sum / period + new; ADX is seeded with the mean of the first `period` DX. Without any movement
 * DX is nothing, and ADX stays. The DIs are NaN before `period` + 1 bars, ADX before 2 × `period`; an unusable bar is
 * answered with NaN and otherwise ignored.
 */
import { type Candle, isUsableRange } from './usable.ts';

export interface AdxState {
  readonly seen: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly up: number;
  readonly down: number;
  readonly range: number;
  readonly adx: number;
}

export class Adx {
  readonly #period: number;
  readonly #share: number;
  /** Bars taken. */
  #seen = 0;
  #isAnswered = false;
  #high = 0;
  #low = 0;
  #close = 0;
  #up = 0;
  #down = 0;
  #range = 0;
  /** Until it is seeded, the sum of DX. */
  #adx = 0;

  constructor(period: number) {
    this.#period = period;
    this.#share = 1 / period;
  }

  next(bar: Candle): number {
    this.#isAnswered = isUsableRange(bar);
    if (!this.#isAnswered) return Number.NaN;
    const { high, low, close } = bar;
    const rise = high - this.#high;
    const fall = this.#low - low;
    const range = Math.max(high, this.#close) - Math.min(low, this.#close);
    this.#high = high;
    this.#low = low;
    this.#close = close;
    const up = rise > fall && rise > 0 ? rise : 0;
    const down = fall > rise && fall > 0 ? fall : 0;
    if (this.#seen < this.#period) return this.#gather(up, down, range);
    const keep = 1 - this.#share;
    const upSum = this.#up * keep + up;
    const downSum = this.#down * keep + down;
    this.#up = upSum;
    this.#down = downSum;
    this.#range = this.#range * keep + range;
    const moved = upSum + downSum;
    if (this.#seen < 2 * this.#period) return this.#seed(moved);
    // The true range is in both DIs, so it cancels.
    if (moved > 0) this.#adx += ((100 * Math.abs(upSum - downSum)) / moved - this.#adx) * this.#share;
    return this.#adx;
  }

  #gather(up: number, down: number, range: number): number {
    this.#seen++;
    // The first bar has nothing to be compared with.
    if (this.#seen === 1) return Number.NaN;
    this.#up += up;
    this.#down += down;
    this.#range += range;
    return Number.NaN;
  }

  #seed(moved: number): number {
    this.#seen++;
    if (moved > 0) this.#adx += (100 * Math.abs(this.#up - this.#down)) / moved;
    if (this.#seen < 2 * this.#period) return Number.NaN;
    this.#adx /= this.#period;
    return this.#adx;
  }

  get plusDi(): number {
    return this.#share100(this.#up);
  }

  get minusDi(): number {
    return this.#share100(this.#down);
  }

  #share100(sum: number): number {
    if (!this.#isAnswered || this.#seen <= this.#period) return Number.NaN;
    return this.#range > 0 ? (100 * sum) / this.#range : 0;
  }

  save(): AdxState {
    const [seen, high, low, close] = [this.#seen, this.#high, this.#low, this.#close];
    return { seen, high, low, close, up: this.#up, down: this.#down, range: this.#range, adx: this.#adx };
  }

  load(state: AdxState): void {
    this.#seen = state.seen;
    this.#high = state.high;
    this.#low = state.low;
    this.#close = state.close;
    this.#up = state.up;
    this.#down = state.down;
    this.#range = state.range;
    this.#adx = state.adx;
  }
}
