/**
 * The sum of the last `size` values, in the unit of the input, without drift: values come in blocks of `size`, and the window is
 * the running block, whose sum is known, and the end of the block before, of which the sums from each value on were noted when
 * it was full. Nothing is ever taken away, so what leaves the window leaves nothing behind. NaN while the window fills.
 */
import { inOrder, ringOf } from './ring.ts';

export interface RollingSumState {
  /** Oldest first. */
  readonly values: readonly number[];
  /** How many of them, the newest, are of the running block. */
  readonly inBlock: number;
}

export class RollingSum {
  readonly #values: number[];
  /** With room for one more, from which on there is nothing. */
  readonly #ends: number[];
  #next = 0;
  #isFull = false;
  /** Of the running block. */
  #sum = Number.NaN;

  constructor(size: number) {
    this.#values = ringOf(size, 0);
    this.#ends = ringOf(size + 1, 0);
    this.#sum = 0;
  }

  next(value: number): number {
    const place = this.#next;
    const sum = this.#sum + value;
    const rolling = sum + (this.#ends[place + 1] as number);
    this.#values[place] = value;
    this.#sum = sum;
    this.#next = place + 1;
    if (place + 1 === this.#values.length) this.#endBlock();
    return this.#isFull ? rolling : Number.NaN;
  }

  #endBlock(): void {
    this.#noteEnds(0);
    this.#next = 0;
    this.#sum = 0;
    this.#isFull = true;
  }

  #noteEnds(from: number): void {
    let sum = 0;
    for (let place = this.#values.length - 1; place >= from; place--) {
      sum += this.#values[place] as number;
      this.#ends[place] = sum;
    }
  }

  /** The nth newest, 0: the last one. */
  at(age: number): number {
    const place = this.#next - 1 - age;
    return this.#values[place < 0 ? place + this.#values.length : place] as number;
  }

  get count(): number {
    return this.#isFull ? this.#values.length : this.#next;
  }

  save(): RollingSumState {
    return { values: inOrder(this.#values, this.#next, this.#isFull), inBlock: this.#next };
  }

  load({ values, inBlock }: RollingSumState): void {
    const before = values.slice(0, values.length - inBlock);
    this.#ends.fill(0);
    before.forEach((value, nth) => {
      this.#values[inBlock + nth] = value;
    });
    if (before.length > 0) this.#noteEnds(inBlock);
    this.#next = 0;
    this.#sum = 0;
    this.#isFull = before.length > 0;
    for (const value of values.slice(values.length - inBlock)) this.next(value);
  }
}
