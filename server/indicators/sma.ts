/**
 * Simple moving average: mean of the last `period` values, in the unit of the input (TA-Lib SMA). NaN before `period` values
 * were seen; an unusable value is answered with NaN and otherwise ignored.
 *
 * The sum is exact, so that it does not drift and two averages cross when they do on paper: values are integers (nanos.ts).
 * While all are small enough that no sum of them needs more than the 53 bits of a double, plain addition is exact; from the
 * first larger one on the error of each addition is kept beside the sum. The mean is rounded once while the sum of the
 * window stays below 9 million (cents: below a billion). What leaves the window leaves nothing behind.
 */
import { EXACT_UP_TO, FINE_NANOS_BELOW, NANOS_IN_UNIT, nanosOf } from './nanos.ts';
import { inOrder, ringOf } from './ring.ts';
import { RunningSum } from './running-sum.ts';
import { isUsable } from './usable.ts';

/** Adding it and taking it away again rounds to an integer. (Not imported: an import is read anew at each value.) */
const ROUNDER = 1.5 * 2 ** 52;
const SCALE = 1e9;

export interface SmaState {
  /** In billionths, oldest first. */
  readonly values: readonly number[];
}

export class Sma {
  readonly #nanos: number[];
  #next = 0;
  #isFull = false;
  #sum = Number.NaN;
  /** Keeps the sum from the first value on that is not narrow. */
  #wideSum: RunningSum | undefined;
  /** Below it a value is narrow; none is once there was a wide one. */
  #narrowBelow = Number.NaN;
  /** Makes the mean of the sum; NaN while the window fills. */
  #divisor = Number.NaN;

  constructor(period: number) {
    this.#nanos = ringOf(period, 0);
    this.#empty();
  }

  next(value: number): number {
    const nanos = value * SCALE + ROUNDER - ROUNDER;
    if (Math.abs(nanos) < this.#narrowBelow) return this.#put(nanos);
    // With the plus V8 knows that it is a number, and needs no box for any answer.
    return +this.#nextWide(value);
  }

  #nextWide(value: number): number {
    return isUsable(value) ? this.#putWide(nanosOf(value)) : Number.NaN;
  }

  #put(nanos: number): number {
    const sum = this.#sum + (nanos - (this.#nanos[this.#next] as number));
    this.#sum = sum;
    this.#replace(nanos);
    return sum / this.#divisor;
  }

  #putWide(nanos: number): number {
    if (this.#wideSum === undefined) {
      this.#wideSum = new RunningSum();
      this.#wideSum.add(this.#sum);
      this.#narrowBelow = 0;
    }
    this.#wideSum.add(-(this.#nanos[this.#next] as number));
    this.#replace(nanos);
    return this.#wideSum.add(nanos) / this.#divisor;
  }

  #replace(nanos: number): void {
    const place = this.#next;
    this.#nanos[place] = nanos;
    this.#next = place + 1;
    if (place + 1 === this.#nanos.length) this.#endRound();
  }

  #endRound(): void {
    this.#next = 0;
    this.#isFull = true;
    this.#divisor = NANOS_IN_UNIT * this.#nanos.length;
  }

  #empty(): void {
    const size = this.#nanos.length;
    this.#nanos.fill(0);
    this.#next = 0;
    this.#isFull = false;
    this.#sum = 0;
    this.#wideSum = undefined;
    this.#narrowBelow = Math.min(FINE_NANOS_BELOW, EXACT_UP_TO / size);
    this.#divisor = Number.NaN;
  }

  save(): SmaState {
    return { values: inOrder(this.#nanos, this.#next, this.#isFull) };
  }

  load({ values }: SmaState): void {
    this.#empty();
    for (const nanos of values) {
      if (Math.abs(nanos) < this.#narrowBelow) this.#put(nanos);
      else this.#putWide(nanos);
    }
  }
}
