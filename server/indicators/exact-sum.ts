/**
 * The sum of the last `size` numbers (of fewer, while it fills) that add up without rounding: integers, or multiples of one
 * power of two, of no more than 53 bits all together. In the unit of the input.
 */
import { inOrder, ringOf } from './ring.ts';

export class ExactSum {
  readonly #values: number[];
  #next = 0;
  #sum = Number.NaN;

  constructor(size: number) {
    this.#values = ringOf(size, 0);
    this.#sum = 0;
  }

  next(value: number): number {
    const place = this.#next;
    const sum = this.#sum + (value - (this.#values[place] as number));
    this.#sum = sum;
    this.#values[place] = value;
    this.#next = place + 1 === this.#values.length ? 0 : place + 1;
    return sum;
  }

  /** Oldest first; zeros where there are none yet. */
  save(): number[] {
    return inOrder(this.#values, this.#next, true);
  }

  load(values: readonly number[]): void {
    for (const value of values) this.next(value);
  }
}
