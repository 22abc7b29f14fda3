/**
 * Stochastic oscillator (Lane; TA-Lib STOCH with simple averages), 0 to 100: raw = 100 × (close − lowest low) / (highest
 * high − lowest low) of the last `period` bars; k = mean of the last `smoothing` raws; d = mean of the last `signal` k. Bars
 * without any range are 50: the close is neither at the top nor at the bottom (TA-Lib says 0). k is NaN before `period` +
 * `smoothing` − 1 bars, d before `signal` − 1 more; an unusable bar is answered with NaN and otherwise ignored.
 */
import { Largest, type LargestState } from './extreme.ts';
import { RollingSum, type RollingSumState } from './rolling-sum.ts';
import { type Candle, isUsableRange } from './usable.ts';

export interface StochasticLines {
  k: number;
  d: number;
}

export interface StochasticSpans {
  readonly period: number;
  readonly smoothing: number;
  readonly signal: number;
}

export interface StochasticState {
  readonly seen: number;
  readonly highest: LargestState;
  readonly lowest: LargestState;
  readonly k: RollingSumState;
  readonly d: RollingSumState;
}

export class Stochastic {
  readonly #period: number;
  readonly #smoothing: number;
  readonly #signal: number;
  readonly #highest: Largest;
  readonly #lowest: Largest;
  readonly #k: RollingSum;
  readonly #d: RollingSum;
  readonly #lines: StochasticLines = { k: Number.NaN, d: Number.NaN };
  #seen = 0;

  constructor({ period, smoothing, signal }: StochasticSpans) {
    this.#period = period;
    this.#smoothing = smoothing;
    this.#signal = signal;
    this.#highest = new Largest(period);
    this.#lowest = new Largest(period);
    this.#k = new RollingSum(smoothing);
    this.#d = new RollingSum(signal);
  }

  /** The same object at each call: read it before the next one. */
  next(bar: Candle): Readonly<StochasticLines> {
    const lines = this.#lines;
    lines.k = lines.d = Number.NaN;
    if (!isUsableRange(bar)) return lines;
    const highest = this.#highest.next(bar.high);
    const lowest = -this.#lowest.next(-bar.low);
    if (this.#seen < this.#period) this.#seen++;
    if (this.#seen < this.#period) return lines;
    const range = highest - lowest;
    const k = this.#k.next(range > 0 ? (100 * (bar.close - lowest)) / range : 50) / this.#smoothing;
    lines.k = k;
    // The first averages are not there yet.
    if (!Number.isNaN(k)) lines.d = this.#d.next(k) / this.#signal;
    return lines;
  }

  save(): StochasticState {
    const [highest, lowest] = [this.#highest.save(), this.#lowest.save()];
    return { seen: this.#seen, highest, lowest, k: this.#k.save(), d: this.#d.save() };
  }

  load(state: StochasticState): void {
    this.#seen = state.seen;
    this.#highest.load(state.highest);
    this.#lowest.load(state.lowest);
    this.#k.load(state.k);
    this.#d.load(state.d);
  }
}
