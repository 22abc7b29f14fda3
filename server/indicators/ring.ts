/** The last `size` numbers, oldest overwritten first, without allocation. */
export class Ring {
  readonly #values: Float64Array;
  #next = 0;
  #count = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  get full(): boolean {
    return this.#count === this.#values.length;
  }

  /** Puts a value in and returns the one it pushed out; NaN while the ring fills. */
  push(value: number): number {
    const old = this.full ? (this.#values[this.#next] as number) : Number.NaN;
    this.#values[this.#next] = value;
    this.#next = this.#next + 1 === this.#values.length ? 0 : this.#next + 1;
    if (!this.full) this.#count++;
    return old;
  }

  /** Oldest first. */
  save(): number[] {
    const values: number[] = [];
    const start = this.full ? this.#next : 0;
    for (let i = 0; i < this.#count; i++) values.push(this.#values[(start + i) % this.#values.length] as number);
    return values;
  }

  load(values: readonly number[]): void {
    this.#next = 0;
    this.#count = 0;
    for (const value of values) this.push(value);
  }
}
