/**
 * Relative strength index after Wilder ("New Concepts in Technical Trading Systems", 1978; TA-Lib RSI), 0 to 100:
 * 100 − 100 / (1 + average gain / average loss), both averages seeded with the simple mean of the first `period` changes,
 * then smoothed with 1 / period. Unrounded. A series without any change is 50: neither side won (TA-Lib says 0). NaN before
 * `period` changes were seen; an unusable value is answered with NaN and otherwise ignored: the next change is counted from
 * the last value that was usable.
 */
import { isUsable } from './usable.ts';

export interface RsiState {
  readonly seen: number;
  readonly previous: number | null;
  readonly gain: number;
  readonly loss: number;
}

export class Rsi {
  readonly #period: number = 0;
  readonly #share: number = Number.NaN;
  #seen = -1;
  #previous = 0;
  #gain = 0;
  #loss = 0;

  constructor(period: number) {
    this.#period = period;
    this.#share = 1 / period;
  }

  next(value: number): number {
    if (!isUsable(value)) return Number.NaN;
    const change = value - this.#previous;
    this.#previous = value;
    // |change| ± change is twice the gain or the loss, without a branch that nobody can predict.
    const size = Math.abs(change);
    const up = (size + change) * 0.5;
    const down = (size - change) * 0.5;
    // With the plus V8 knows that it is a number, and needs no box for any answer.
    if (this.#seen < this.#period) return +this.#seed(up, down);
    const gain = this.#gain + (up - this.#gain) * this.#share;
    const loss = this.#loss + (down - this.#loss) * this.#share;
    this.#gain = gain;
    this.#loss = loss;
    return strength(gain, loss);
  }

  #seed(up: number, down: number): number {
    this.#seen++;
    if (this.#seen === 0) return Number.NaN;
    this.#gain += up / this.#period;
    this.#loss += down / this.#period;
    return this.#seen < this.#period ? Number.NaN : strength(this.#gain, this.#loss);
  }

  save(): RsiState {
    return { seen: this.#seen, previous: this.#previous, gain: this.#gain, loss: this.#loss };
  }

  load(state: RsiState): void {
    this.#seen = state.seen;
    this.#previous = state.previous ?? 0;
    this.#gain = state.gain;
    this.#loss = state.loss;
  }
}

function strength(gain: number, loss: number): number {
  const total = gain + loss;
  return total === 0 ? 50 : (100 * gain) / total;
}
