/**
 * The last `size` numbers and their sum, without allocation and without rounding error, so that two averages cross when
 * they do on paper. Numbers are taken to the billionth (the resolution of money; to the ten-thousandth from two million on),
 * which makes them integers, and the error of each addition is kept beside the sum (Knuth's two-sum), which makes the two
 * exact together. The mean is rounded once while the sum of the window stays below 9 million (cents: below a billion).
 * What leaves the window leaves nothing behind.
 */
const NANOS_IN_UNIT = 1e9;
const COARSE_IN_UNIT = 1e4;
const NANOS_IN_COARSE = 1e5;
/** From here on a double no longer tells billionths apart well enough. */
const FINE_BELOW = 2_000_000;
/** Adding and taking it away again rounds to an integer. */
const ROUNDER = 1.5 * 2 ** 52;

export const nanosOf = (value: number): number =>
  value < FINE_BELOW && value > -FINE_BELOW
    ? value * NANOS_IN_UNIT + ROUNDER - ROUNDER
    : Math.round(value * COARSE_IN_UNIT) * NANOS_IN_COARSE;

export class ExactWindow {
  readonly #size: number;
  readonly #divisor: number;
  readonly #nanos: Float64Array;
  #next = 0;
  #count = 0;
  /** The sum is #sum + #rest. */
  #sum = 0;
  #rest = 0;

  constructor(size: number) {
    this.#size = size;
    this.#divisor = NANOS_IN_UNIT * size;
    this.#nanos = new Float64Array(size);
  }

  /** Puts a value in, in the place of the oldest when the window is full. */
  push(value: number): void {
    this.replace(nanosOf(value));
  }

  /** The same in billionths; answers what left, 0 while the window fills. */
  replace(nanos: number): number {
    const place = this.#next;
    const left = this.#nanos[place] as number;
    this.#nanos[place] = nanos;
    const change = nanos - left;
    const taken = nanos - change;
    const changeRest = nanos - (change + taken) + (taken - left);
    const sum = this.#sum + change;
    const added = sum - this.#sum;
    this.#rest += this.#sum - (sum - added) + (change - added) + changeRest;
    this.#sum = sum;
    if (place + 1 === this.#size) this.#next = 0;
    else this.#next = place + 1;
    if (this.#count < this.#size) this.#count++;
    return left;
  }

  get isFull(): boolean {
    return this.#count === this.#size;
  }

  /** The mean of all values, rounded once; NaN while the window fills. */
  mean(): number {
    return this.#count < this.#size ? Number.NaN : (this.#sum + this.#rest) / this.#divisor;
  }

  /** In billionths, the nth oldest. */
  nanosAt(nth: number): number {
    const start = this.#count < this.#size ? 0 : this.#next;
    return this.#nanos[(start + nth) % this.#size] as number;
  }

  get count(): number {
    return this.#count;
  }

  /** In billionths, oldest first. */
  save(): number[] {
    return Array.from({ length: this.#count }, (_, nth) => this.nanosAt(nth));
  }

  load(nanos: readonly number[]): void {
    this.#nanos.fill(0);
    this.#next = 0;
    this.#count = 0;
    this.#sum = 0;
    this.#rest = 0;
    for (const one of nanos) this.replace(one);
  }
}
