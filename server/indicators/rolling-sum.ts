/**
 * The sum of the last `size` values, which enter and leave without drift, in the unit of the input. NaN while the window fills.
 */
import type { RunningSumState } from './running-sum.ts';

export interface RollingSumState {
  /** Oldest first. */
  readonly values: readonly number[];
  readonly sum: RunningSumState;
}

export class RollingSum {
  readonly #values: Float64Array;
  #sum = 0;
  /** The error of the additions so far. */
  #rest = 0;
  #next = 0;
  #count = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  next(value: number): number {
    const values = this.#values;
    const place = this.#next;
    const left = values[place] as number;
    values[place] = value;
    const change = value - left;
    const taken = value - change;
    const sum = this.#sum + change;
    const added = sum - this.#sum;
    const rest = this.#rest + (this.#sum - (sum - added) + (change - added) + (value - (change + taken) + (taken - left)));
    this.#sum = sum;
    this.#rest = rest;
    this.#next = place + 1 === values.length ? 0 : place + 1;
    if (this.#count < values.length) this.#count++;
    return this.#count < values.length ? Number.NaN : sum + rest;
  }

  /** The nth newest, 0: the last one. */
  at(age: number): number {
    return this.#values[(this.#next - 1 - age + 2 * this.#values.length) % this.#values.length] as number;
  }

  get count(): number {
    return this.#count;
  }

  save(): RollingSumState {
    return { values: Array.from({ length: this.#count }, (_, nth) => this.at(this.#count - 1 - nth)), sum: [this.#sum, this.#rest] };
  }

  load({ values, sum }: RollingSumState): void {
    this.#values.fill(0);
    this.#values.set(values);
    this.#count = values.length;
    this.#next = values.length % this.#values.length;
    [this.#sum, this.#rest] = sum;
  }
}
