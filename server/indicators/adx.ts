/**
 * Directional movement (Wilder 1978; TA-Lib PLUS_DI, MINUS_DI, ADX), 0 to 100. +DM is the rise of the high when it is
 * larger than the fall of the low, −DM the reverse, neither on a tie (of doubles, as TA-Lib's: movements that are equal in cents
 * may differ in their last bit, and then the larger one counts). +DI and −DI = 100 × smoothed DM / smoothed true range;
 * DX = 100 × |+DI − −DI| / (+DI + −DI); ADX = DX smoothed with 1 / period. Wilder's sums: the first `period` − 1 movements
 * are added up, then sum − sum / period + new; ADX is seeded with the mean of the first `period` DX. Without any movement
 * DX is nothing, and ADX stays. The DIs are NaN before `period` + 1 bars, ADX before 2 × `period`; an unusable bar is
 * answered with NaN and otherwise ignored.
 */
import { type Candle, isUsableRange } from './usable.ts';

export interface AdxState {
  readonly missing: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly up: number;
  readonly down: number;
  readonly range: number;
  readonly adx: number;
}

export class Adx {
  readonly #period: number = 0;
  readonly #share: number = Number.NaN;
  readonly #keep: number = Number.NaN;
  /** Bars until the first ADX. */
  #missing = 0;
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
    this.#keep = 1 - 1 / period;
    this.#missing = 2 * period;
  }

  next(bar: Candle): number {
    this.#isAnswered = isUsableRange(bar);
    if (!this.#isAnswered) return Number.NaN;
    const { high, low, close } = bar;
    const rise = high - this.#high;
    const fall = this.#low - low;
    const before = this.#close;
    this.#high = high;
    this.#low = low;
    this.#close = close;
    // Math.max would look for NaN and -0 as well.
    const range = (high > before ? high : before) - (low < before ? low : before);
    // Comparisons as numbers, since nobody can predict the branches.
    const up = rise * (Number(rise > fall) * Number(rise > 0));
    const down = fall * (Number(fall > rise) * Number(fall > 0));
    // With the plus V8 knows that it is a number, and needs no box for any answer.
    if (this.#missing > 0) return +this.#begin(up, down, range);
    const keep = this.#keep;
    const upSum = this.#up * keep + up;
    const downSum = this.#down * keep + down;
    this.#up = upSum;
    this.#down = downSum;
    this.#range = this.#range * keep + range;
    const moved = upSum + downSum;
    if (moved === 0) return this.#adx;
    // The true range is in both DIs, so it cancels.
    const adx = this.#adx + ((100 * Math.abs(upSum - downSum)) / moved - this.#adx) * this.#share;
    this.#adx = adx;
    return adx;
  }

  #begin(up: number, down: number, range: number): number {
    this.#missing--;
    const seen = 2 * this.#period - this.#missing;
    // The first bar has nothing to be compared with.
    if (seen === 1) return Number.NaN;
    const keep = seen > this.#period ? this.#keep : 1;
    this.#up = this.#up * keep + up;
    this.#down = this.#down * keep + down;
    this.#range = this.#range * keep + range;
    const moved = this.#up + this.#down;
    if (seen > this.#period && moved > 0) this.#adx += (100 * Math.abs(this.#up - this.#down)) / moved;
    if (this.#missing > 0) return Number.NaN;
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
    if (!this.#isAnswered || this.#missing >= this.#period) return Number.NaN;
    return this.#range > 0 ? (100 * sum) / this.#range : 0;
  }

  save(): AdxState {
    const [missing, high, low, close] = [this.#missing, this.#high, this.#low, this.#close];
    return { missing, high, low, close, up: this.#up, down: this.#down, range: this.#range, adx: this.#adx };
  }

  load(state: AdxState): void {
    this.#missing = state.missing;
    this.#high = state.high;
    this.#low = state.low;
    this.#close = state.close;
    this.#up = state.up;
    this.#down = state.down;
    this.#range = state.range;
    this.#adx = state.adx;
  }
}
