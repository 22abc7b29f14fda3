/**
 * Mean and spread of a window whatever its values: sums of the distances to an anchor near the mean and of their squares, in
 * billionths, without drift. While the mean stays within 16 deviations of the anchor, the deviation is right to 10⁻¹³ of
 * itself; beyond, and now and then besides, the window is due to be looked at anew, which makes O(1) a value in the mean.
 */
import { RunningSum, type RunningSumState } from './running-sum.ts';

export interface FarSpreadState {
  readonly anchor: number;
  readonly age: number;
  readonly sums: readonly RunningSumState[];
}

/** The square of 16 deviations, in variances. */
const FARTHEST = 256;
/** Rounds of the window between two looks. */
const ROUNDS = 4;

export class FarSpread {
  readonly #size: number;
  #anchor = 0;
  /** Values since the window was counted. */
  #age = 0;
  readonly #values = new RunningSum();
  readonly #distances = new RunningSum();
  readonly #squares = new RunningSum();
  readonly #sums = [this.#values, this.#distances, this.#squares] as const;

  constructor(size: number) {
    this.#size = size;
  }

  /** Counts a window: as many values as its size, or fewer. */
  count(nanos: readonly number[]): void {
    for (const sum of this.#sums) sum.load([0, 0]);
    for (const one of nanos) this.#values.add(one);
    this.#anchor = Math.round(this.#values.value / nanos.length);
    this.#values.load([0, 0]);
    for (const one of nanos) this.enter(one);
    this.#age = 0;
  }

  enter(nanos: number): void {
    const distance = nanos - this.#anchor;
    this.#values.add(nanos);
    this.#distances.add(distance);
    this.#squares.add(distance * distance);
    this.#age++;
  }

  leave(nanos: number): void {
    const distance = nanos - this.#anchor;
    this.#values.add(-nanos);
    this.#distances.add(-distance);
    this.#squares.add(-(distance * distance));
  }

  get isDue(): boolean {
    return this.#age >= ROUNDS * this.#size || this.#distances.value ** 2 > FARTHEST * this.#roughSpread();
  }

  get sum(): number {
    return this.#values.value;
  }

  /** Sum of squared distances of a full window to its mean, times its size, in squared billionths. */
  get spread(): number {
    return Math.max(0, this.#roughSpread());
  }

  #roughSpread(): number {
    return this.#size * this.#squares.value - this.#distances.value ** 2;
  }

  save(): FarSpreadState {
    return { anchor: this.#anchor, age: this.#age, sums: this.#sums.map((sum) => sum.save()) };
  }

  load({ anchor, age, sums }: FarSpreadState): void {
    this.#anchor = anchor;
    this.#age = age;
    this.#sums.forEach((sum, nth) => {
      sum.load(sums[nth] as RunningSumState);
    });
  }
}
