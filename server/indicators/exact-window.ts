/**
 * The last `size` numbers and their sum, without allocation and without rounding error, so that two averages cross when
 * they do on paper: numbers are taken to the billionth (the resolution of money; to the ten-thousandth from four million
 * on) and summed as integers in two parts, which is exact while the sum stays below 900 billion. What leaves the window
 * leaves nothing behind.
 */
const COARSE_IN_UNIT = 1e4;
const FINE_IN_COARSE = 1e5;
const FINE_IN_UNIT = COARSE_IN_UNIT * FINE_IN_COARSE;
/** From here on a double no longer tells billionths apart. */
const FINE_BELOW = 4_000_000;

export class ExactWindow {
  readonly #size: number;
  readonly #values: Float64Array;
  /** Each value in ten-thousandths, and the billionths that are missing then. */
  readonly #coarses: Float64Array;
  readonly #fines: Float64Array;
  #next = 0;
  #count = 0;
  #coarse = 0;
  #fine = 0;

  constructor(size: number) {
    this.#size = size;
    this.#values = new Float64Array(size);
    this.#coarses = new Float64Array(size);
    this.#fines = new Float64Array(size);
  }

  /** Puts a value in, in the place of the oldest when the window is full. */
  push(value: number): void {
    const place = this.#next;
    const coarse = Math.round(value * COARSE_IN_UNIT);
    const fine = Math.abs(value) < FINE_BELOW ? Math.round(value * FINE_IN_UNIT) - coarse * FINE_IN_COARSE : 0;
    this.#coarse += coarse - (this.#coarses[place] as number);
    this.#fine += fine - (this.#fines[place] as number);
    this.#values[place] = value;
    this.#coarses[place] = coarse;
    this.#fines[place] = fine;
    this.#next = place + 1 === this.#size ? 0 : place + 1;
    if (this.#count < this.#size) this.#count++;
  }

  /** The mean of all values, rounded once; NaN while the window fills. */
  mean(): number {
    if (this.#count < this.#size) return Number.NaN;
    if (this.#fine === 0) return this.#coarse / (COARSE_IN_UNIT * this.#size);
    const total = this.#coarse * FINE_IN_COARSE + this.#fine;
    if (Number.isSafeInteger(total)) return total / (FINE_IN_UNIT * this.#size);
    return (this.#coarse + this.#fine / FINE_IN_COARSE) / (COARSE_IN_UNIT * this.#size);
  }

  /** Sum of the squared distances of a full window; oldest first, so that a loaded window agrees to the last bit. */
  squaresAround(middle: number): number {
    let squares = 0;
    for (let i = 0, place = this.#next; i < this.#size; i++) {
      const distance = (this.#values[place] as number) - middle;
      squares += distance * distance;
      place = place + 1 === this.#size ? 0 : place + 1;
    }
    return squares;
  }

  /** Oldest first. */
  save(): number[] {
    const values: number[] = [];
    const start = this.#count < this.#size ? 0 : this.#next;
    for (let i = 0; i < this.#count; i++) values.push(this.#values[(start + i) % this.#size] as number);
    return values;
  }

  load(values: readonly number[]): void {
    for (const cells of [this.#values, this.#coarses, this.#fines]) cells.fill(0);
    this.#next = 0;
    this.#count = 0;
    this.#coarse = 0;
    this.#fine = 0;
    for (const value of values) this.push(value);
  }
}
