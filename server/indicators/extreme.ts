/**
 * The largest of the last `size` values (the smallest, by their negatives), in the unit of the input: the values come in
 * blocks of `size`; the window is the running block, whose largest is known, and the end of the block before, of which the
 * largest from each place on was noted when it was full (van Herk 1992, Gil and Werman 1993). Three comparisons a value,
 * whatever the size, and none that depends on chance.
 */
export interface LargestState {
  /** The running block, oldest first. */
  readonly block: readonly number[];
  /** Of the block before: the largest from each place on that is still in the window; null where there is none. */
  readonly ends: readonly (number | null)[];
}

export class Largest {
  readonly #size: number;
  readonly #block: Float64Array;
  readonly #ends: Float64Array;
  #at = 0;
  #largest = Number.NEGATIVE_INFINITY;

  constructor(size: number) {
    this.#size = size;
    this.#block = new Float64Array(size);
    this.#ends = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  }

  /** Of what was seen so far, while the window fills. */
  next(value: number): number {
    const before = this.#largest;
    const largest = value > before ? value : before;
    this.#block[this.#at] = value;
    const at = this.#at + 1;
    if (at === this.#size) {
      this.#endBlock();
      return largest;
    }
    this.#at = at;
    this.#largest = largest;
    const end = this.#ends[at] as number;
    return largest > end ? largest : end;
  }

  #endBlock(): void {
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = this.#size - 1; at >= 0; at--) {
      const value = this.#block[at] as number;
      if (value > largest) largest = value;
      this.#ends[at] = largest;
    }
    this.#at = 0;
    this.#largest = Number.NEGATIVE_INFINITY;
  }

  save(): LargestState {
    const ends = Array.from(this.#ends.subarray(this.#at), (value) => (Number.isFinite(value) ? value : null));
    return { block: Array.from(this.#block.subarray(0, this.#at)), ends };
  }

  load({ block, ends }: LargestState): void {
    this.#at = block.length;
    this.#block.set(block);
    this.#largest = Math.max(Number.NEGATIVE_INFINITY, ...block);
    ends.forEach((value, nth) => {
      this.#ends[block.length + nth] = value ?? Number.NEGATIVE_INFINITY;
    });
  }
}
