/**
 * Highest high and lowest low of the last `size` bars, in the unit of the prices; of what was seen so far, while the window
 * fills. Bars come in blocks of `size`: the window is the running block, whose extremes are known, and the end of the block
 * before, of which the extremes from each bar on were noted when it was full (van Herk 1992, Gil and Werman 1993). Six
 * comparisons a bar, whatever the size, and those that nobody could predict are no branches. It takes a bar and answers through
 * its properties, since V8 has to allocate a number that a large function takes or answers.
 */
import { ringOf } from './ring.ts';

interface Range {
  readonly high: number;
  readonly low: number;
}

export interface HighLowState {
  readonly isFull: boolean;
  /** The running block: high and low of each bar, oldest first. */
  readonly block: readonly number[];
  /** Of the block before: highest and lowest from each bar on that is still in the window. */
  readonly ends: readonly number[];
}

/** Beyond every price, either way. Finite, since larger() multiplies it with 0. */
const FAR = 1e300;

/** As numbers, 0 or 1, comparisons select without a branch, and exactly. */
function larger(one: number, other: number): number {
  const isLarger = Number(one > other);
  return one * isLarger + other * (1 - isLarger);
}

function smaller(one: number, other: number): number {
  const isSmaller = Number(one < other);
  return one * isSmaller + other * (1 - isSmaller);
}

export class HighLow {
  highest = Number.NaN;
  lowest = Number.NaN;
  isFull = false;

  readonly #block: number[];
  /** With room for a bar more, from which on there is nothing. */
  readonly #ends: number[];
  #at = 0;
  /** Of the running block. */
  #top = -FAR;
  #bottom = FAR;

  constructor(size: number) {
    this.#block = ringOf(2 * size, 0);
    this.#ends = ringOf(2 * size + 2, 0);
    this.#empty();
  }

  take({ high, low }: Range): void {
    const at = this.#at;
    this.#block[at] = high;
    this.#block[at + 1] = low;
    const top = larger(high, this.#top);
    const bottom = smaller(low, this.#bottom);
    this.#top = top;
    this.#bottom = bottom;
    const oldTop = this.#ends[at + 2] as number;
    const oldBottom = this.#ends[at + 3] as number;
    // These branches are taken for most of a block in the same way.
    this.highest = top > oldTop ? top : oldTop;
    this.lowest = bottom < oldBottom ? bottom : oldBottom;
    this.#at = at + 2;
    if (at + 2 === this.#block.length) this.#endBlock();
  }

  #endBlock(): void {
    const block = this.#block;
    const ends = this.#ends;
    let top = -FAR;
    let bottom = FAR;
    for (let at = block.length - 2; at >= 0; at -= 2) {
      top = larger(block[at] as number, top);
      bottom = smaller(block[at + 1] as number, bottom);
      ends[at] = top;
      ends[at + 1] = bottom;
    }
    this.#at = 0;
    this.#top = -FAR;
    this.#bottom = FAR;
    this.isFull = true;
  }

  #empty(): void {
    for (let at = 0; at < this.#ends.length; at += 2) {
      this.#ends[at] = -FAR;
      this.#ends[at + 1] = FAR;
    }
    this.#at = 0;
    this.#top = -FAR;
    this.#bottom = FAR;
    this.isFull = false;
  }

  save(): HighLowState {
    return { isFull: this.isFull, block: this.#block.slice(0, this.#at), ends: this.#ends.slice(this.#at, -2) };
  }

  load({ isFull, block, ends }: HighLowState): void {
    this.#empty();
    ends.forEach((value, nth) => {
      this.#ends[block.length + nth] = value;
    });
    for (let at = 0; at < block.length; at += 2) this.take({ high: block[at] as number, low: block[at + 1] as number });
    this.isFull = isFull;
  }
}
