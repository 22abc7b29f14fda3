/**
 * Parabolic stop and reverse (Wilder 1978; TA-Lib SAR), in the unit of the prices: sar + factor × (extreme − sar), the factor
 * growing by `step` up to `limit` at each new extreme; never inside the range of this bar and the one before; touched, it
 * turns to the other side at the extreme. It begins at the second bar: short when the low fell by more than the high rose,
 * else long, at the first bar's high or low. NaN at the first bar; an unusable bar is answered with NaN and otherwise ignored.
 */
import { type Candle, isUsableRange } from './usable.ts';

export interface PsarState {
  readonly seen: number;
  readonly isLong: boolean;
  readonly sar: number;
  readonly extreme: number;
  readonly factor: number;
  readonly high: number;
  readonly low: number;
}

export class Psar {
  readonly #step: number = Number.NaN;
  readonly #limit: number = Number.NaN;
  #seen = 0;
  #isLong = true;
  /** For the bar that comes. */
  #sar = 0;
  #extreme = 0;
  #factor = 0;
  #high = 0;
  #low = 0;

  constructor(step: number, limit: number) {
    this.#step = Math.min(step, limit);
    this.#limit = limit;
  }

  next(bar: Candle): number {
    if (!isUsableRange(bar)) return Number.NaN;
    const { high, low } = bar;
    if (this.#seen < 2 && !this.#begin(high, low)) return Number.NaN;
    const answer = this.#isLong ? this.#long(high, low) : this.#short(high, low);
    this.#high = high;
    this.#low = low;
    return answer;
  }

  /** Whether the last answer lies below the prices. */
  get isLong(): boolean {
    return this.#isLong;
  }

  #begin(high: number, low: number): boolean {
    this.#seen++;
    if (this.#seen === 2) {
      const fall = this.#low - low;
      this.#isLong = !(fall > 0 && high - this.#high < fall);
      this.#sar = this.#isLong ? this.#low : this.#high;
      this.#extreme = this.#isLong ? high : low;
      this.#factor = this.#step;
    }
    // TA-Lib takes the second bar as the one before itself.
    this.#high = high;
    this.#low = low;
    return this.#seen === 2;
  }

  #long(high: number, low: number): number {
    if (low <= this.#sar) {
      const turned = Math.max(this.#extreme, this.#high, high);
      this.#turn(low);
      this.#sar = Math.max(turned + this.#factor * (low - turned), this.#high, high);
      return turned;
    }
    const answer = this.#sar;
    if (high > this.#extreme) this.#advance(high);
    this.#sar = Math.min(answer + this.#factor * (this.#extreme - answer), this.#low, low);
    return answer;
  }

  #short(high: number, low: number): number {
    if (high >= this.#sar) {
      const turned = Math.min(this.#extreme, this.#low, low);
      this.#turn(high);
      this.#sar = Math.min(turned + this.#factor * (high - turned), this.#low, low);
      return turned;
    }
    const answer = this.#sar;
    if (low < this.#extreme) this.#advance(low);
    this.#sar = Math.max(answer + this.#factor * (this.#extreme - answer), this.#high, high);
    return answer;
  }

  #turn(extreme: number): void {
    this.#isLong = !this.#isLong;
    this.#extreme = extreme;
    this.#factor = this.#step;
  }

  #advance(extreme: number): void {
    this.#extreme = extreme;
    this.#factor = Math.min(this.#factor + this.#step, this.#limit);
  }

  save(): PsarState {
    const [seen, isLong, sar, extreme] = [this.#seen, this.#isLong, this.#sar, this.#extreme];
    return { seen, isLong, sar, extreme, factor: this.#factor, high: this.#high, low: this.#low };
  }

  load(state: PsarState): void {
    this.#seen = state.seen;
    this.#isLong = state.isLong;
    this.#sar = state.sar;
    this.#extreme = state.extreme;
    this.#factor = state.factor;
    this.#high = state.high;
    this.#low = state.low;
  }
}
