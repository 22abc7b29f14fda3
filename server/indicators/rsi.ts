/**
 * Relative strength index after Wilder (1978), 0 to 100: 100 − 100 / (1 + average gain / average loss), both averages
 * seeded with the simple mean of the first `period` changes, then smoothed with 1 / period. Unrounded. A series without
 * any change is 50: neither side won. NaN before `period` changes were seen; a value that is not finite is answered with NaN
 * and otherwise ignored: the next change is counted from the last value that was.
 */
export interface RsiState {
  readonly seen: number;
  readonly previous: number | null;
  readonly gain: number;
  readonly loss: number;
}

export class Rsi {
  readonly #period: number;
  #seen = 0;
  #previous = Number.NaN;
  #gain = 0;
  #loss = 0;

  constructor(period: number) {
    this.#period = period;
  }

  next(value: number): number {
    if (!Number.isFinite(value)) return Number.NaN;
    const change = value - this.#previous;
    this.#previous = value;
    if (Number.isNaN(change)) return Number.NaN;
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    if (this.#seen < this.#period) {
      this.#gain += up / this.#period;
      this.#loss += down / this.#period;
      this.#seen++;
      if (this.#seen < this.#period) return Number.NaN;
    } else {
      this.#gain += (up - this.#gain) / this.#period;
      this.#loss += (down - this.#loss) / this.#period;
    }
    const total = this.#gain + this.#loss;
    return total === 0 ? 50 : (100 * this.#gain) / total;
  }

  save(): RsiState {
    return { seen: this.#seen, previous: Number.isNaN(this.#previous) ? null : this.#previous, gain: this.#gain, loss: this.#loss };
  }

  load(state: RsiState): void {
    this.#seen = state.seen;
    this.#previous = state.previous ?? Number.NaN;
    this.#gain = state.gain;
    this.#loss = state.loss;
  }
}
