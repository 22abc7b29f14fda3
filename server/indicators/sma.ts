/**
 * Simple moving average: mean of the last `period` values, in the unit of the input. The running sum carries its rounding
 * error along (Neumaier), so that it does not drift. NaN before `period` values were seen.
 */
import { Ring } from './ring.ts';

export interface SmaState {
  readonly values: readonly number[];
  readonly sum: number;
  readonly correction: number;
}

export class Sma {
  readonly #period: number;
  readonly #ring: Ring;
  #sum = 0;
  #correction = 0;

  constructor(period: number) {
    this.#period = period;
    this.#ring = new Ring(period);
  }

  next(value: number): number {
    const old = this.#ring.push(value);
    this.#add(value);
    if (!Number.isNaN(old)) this.#add(-old);
    return this.#ring.full ? (this.#sum + this.#correction) / this.#period : Number.NaN;
  }

  #add(term: number): void {
    const sum = this.#sum + term;
    this.#correction += Math.abs(this.#sum) >= Math.abs(term) ? this.#sum - sum + term : term - sum + this.#sum;
    this.#sum = sum;
  }

  save(): SmaState {
    return { values: this.#ring.save(), sum: this.#sum, correction: this.#correction };
  }

  load(state: SmaState): void {
    this.#ring.load(state.values);
    this.#sum = state.sum;
    this.#correction = state.correction;
  }
}
