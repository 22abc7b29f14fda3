/**
 * The spread of a window in O(1) a value and without drift: sums of squares of the distances to an anchor near the values,
 * kept as exact integers. A distance (in billionths) is cut in two halves of about 24 bits, so that no sum of products of
 * halves over the window needs more than the 53 bits of a double. Only what is tens of thousands away from the anchor does
 * not fit; then the anchor moves to the newest value, and while even that is too far from the oldest, the squares are
 * summed anew at each value.
 */
import type { ExactWindow } from './exact-window.ts';

const ROUNDER = 1.5 * 2 ** 52;
const BITS = 53;

export class ExactSquares {
  readonly #size: number;
  readonly #window: ExactWindow;
  /** High half × #scale + low half = distance. */
  readonly #scale: number;
  readonly #perScale: number;
  readonly #reach: number;
  #anchor = 0;
  #isBeyond = false;
  #high = 0;
  #low = 0;
  #highSquares = 0;
  #products = 0;
  #lowSquares = 0;

  constructor(window: ExactWindow, size: number) {
    this.#window = window;
    this.#size = size;
    const halfBits = Math.floor((BITS - Math.ceil(Math.log2(size))) / 2);
    this.#scale = 2 ** (halfBits + 1);
    this.#perScale = 1 / this.#scale;
    this.#reach = 2 ** (2 * halfBits);
  }

  /** Takes a value in, in billionths, and with it into the window. */
  replace(nanos: number): void {
    const wasFull = this.#window.isFull;
    const left = this.#window.replace(nanos);
    const distance = nanos - this.#anchor;
    if (!wasFull || this.#isBeyond || Math.abs(distance) > this.#reach) this.#fill(nanos, distance);
    else this.#exchange(distance, left - this.#anchor);
  }

  #fill(nanos: number, distance: number): void {
    if (this.#window.count === 1 || this.#isBeyond || Math.abs(distance) > this.#reach) this.anchorAt(nanos);
    else this.#add(distance);
  }

  /** First out, then in: one value more would not be exact any longer. */
  #exchange(come: number, gone: number): void {
    const comeHigh = come * this.#perScale + ROUNDER - ROUNDER;
    const comeLow = come - comeHigh * this.#scale;
    const goneHigh = gone * this.#perScale + ROUNDER - ROUNDER;
    const goneLow = gone - goneHigh * this.#scale;
    this.#high += comeHigh - goneHigh;
    this.#low += comeLow - goneLow;
    this.#highSquares += comeHigh * comeHigh - goneHigh * goneHigh;
    this.#products += comeHigh * comeLow - goneHigh * goneLow;
    this.#lowSquares += comeLow * comeLow - goneLow * goneLow;
  }

  #add(distance: number): void {
    const high = distance * this.#perScale + ROUNDER - ROUNDER;
    const low = distance - high * this.#scale;
    this.#high += high;
    this.#low += low;
    this.#highSquares += high * high;
    this.#products += high * low;
    this.#lowSquares += low * low;
  }

  /** Sum of squared distances of a full window to its mean, times its size, in squared billionths. */
  spread(): number {
    if (this.#isBeyond) return this.#spreadAnew();
    const size = this.#size;
    const highs = size * this.#highSquares - this.#high * this.#high;
    const mixed = size * this.#products - this.#high * this.#low;
    const lows = size * this.#lowSquares - this.#low * this.#low;
    const spread = (highs * this.#scale + 2 * mixed) * this.#scale + lows;
    return spread > 0 ? spread : 0;
  }

  #spreadAnew(): number {
    let sum = 0;
    for (let nth = 0; nth < this.#size; nth++) sum += this.#window.nanosAt(nth) - this.#anchor;
    const mean = sum / this.#size;
    let squares = 0;
    for (let nth = 0; nth < this.#size; nth++) squares += (this.#window.nanosAt(nth) - this.#anchor - mean) ** 2;
    return squares * this.#size;
  }

  get anchor(): number {
    return this.#anchor;
  }

  /** Counts the window anew around another anchor. */
  anchorAt(anchor: number): void {
    this.#anchor = anchor;
    this.#isBeyond = false;
    this.#high = 0;
    this.#low = 0;
    this.#highSquares = 0;
    this.#products = 0;
    this.#lowSquares = 0;
    for (let nth = 0; nth < this.#window.count; nth++) {
      const distance = this.#window.nanosAt(nth) - anchor;
      if (Math.abs(distance) > this.#reach) this.#isBeyond = true;
      else this.#add(distance);
    }
  }
}
