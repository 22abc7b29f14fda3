/**
 * Highest high and lowest low of the last `size` bars in one step, in the unit of the prices: two `Largest` (extreme.ts)
 * written as one, that takes a bar and answers through its properties, since a number that a large function takes or
 * answers has to be allocated. Of what was seen so far, while the window fills.
 */
import type { Candle } from './usable.ts';

export interface HighLowState {
  /** The running block of bars, oldest first. */
  readonly highs: readonly number[];
  readonly lows: readonly number[];
  /** Of the block before: the extremes from each place on that is still in the window; null where there are none. */
  readonly tops: readonly (number | null)[];
  readonly bottoms: readonly (number | null)[];
}

const finite = (values: Float64Array): (number | null)[] => Array.from(values, (value) => (Number.isFinite(value) ? value : null));

export class HighLow {
  readonly #size: number;
  readonly #highs: Float64Array;
  readonly #lows: Float64Array;
  readonly #tops: Float64Array;
  readonly #bottoms: Float64Array;
  #at = 0;
  #top = Number.NEGATIVE_INFINITY;
  #bottom = Number.POSITIVE_INFINITY;
  highest = Number.NaN;
  lowest = Number.NaN;

  constructor(size: number) {
    this.#size = size;
    this.#highs = new Float64Array(size);
    this.#lows = new Float64Array(size);
    this.#tops = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.#bottoms = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  }

  take({ high, low }: Candle): void {
    const at = this.#at;
    this.#highs[at] = high;
    this.#lows[at] = low;
    const top = high > this.#top ? high : this.#top;
    const bottom = low < this.#bottom ? low : this.#bottom;
    if (at + 1 === this.#size) {
      this.highest = top;
      this.lowest = bottom;
      this.#endBlock();
      return;
    }
    this.#at = at + 1;
    this.#top = top;
    this.#bottom = bottom;
    const oldTop = this.#tops[at + 1] as number;
    const oldBottom = this.#bottoms[at + 1] as number;
    this.highest = top > oldTop ? top : oldTop;
    this.lowest = bottom < oldBottom ? bottom : oldBottom;
  }

  #endBlock(): void {
    let top = Number.NEGATIVE_INFINITY;
    let bottom = Number.POSITIVE_INFINITY;
    for (let at = this.#size - 1; at >= 0; at--) {
      const high = this.#highs[at] as number;
      const low = this.#lows[at] as number;
      if (high > top) top = high;
      if (low < bottom) bottom = low;
      this.#tops[at] = top;
      this.#bottoms[at] = bottom;
    }
    this.#at = 0;
    this.#top = Number.NEGATIVE_INFINITY;
    this.#bottom = Number.POSITIVE_INFINITY;
  }

  save(): HighLowState {
    const at = this.#at;
    return {
      highs: Array.from(this.#highs.subarray(0, at)),
      lows: Array.from(this.#lows.subarray(0, at)),
      tops: finite(this.#tops.subarray(at)),
      bottoms: finite(this.#bottoms.subarray(at)),
    };
  }

  load({ highs, lows, tops, bottoms }: HighLowState): void {
    this.#at = highs.length;
    this.#highs.set(highs);
    this.#lows.set(lows);
    this.#top = Math.max(Number.NEGATIVE_INFINITY, ...highs);
    this.#bottom = Math.min(Number.POSITIVE_INFINITY, ...lows);
    this.#tops.set(
      tops.map((value) => value ?? Number.NEGATIVE_INFINITY),
      this.#at,
    );
    this.#bottoms.set(
      bottoms.map((value) => value ?? Number.POSITIVE_INFINITY),
      this.#at,
    );
  }
}
