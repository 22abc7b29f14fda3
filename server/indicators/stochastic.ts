/**
 * Stochastic oscillator (Lane; TA-Lib STOCH with simple averages), 0 to 100: raw = 100 × (close − lowest low) / (highest
 * high − lowest low) of the last `period` bars; k = mean of the last `smoothing` raws; d = mean of the last `signal` k. Bars
 * without any range are 50: the close is neither at the top nor at the bottom (TA-Lib says 0). k is NaN before `period` +
 * `smoothing` − 1 bars, d before `signal` − 1 more; an unusable bar is answered with NaN and otherwise ignored.
 */
import { HighLow, type HighLowState } from './high-low.ts';
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
  readonly range: HighLowState;
  readonly k: RollingSumState;
  readonly d: RollingSumState;
}

export class Stochastic {
  readonly #period: number;
  readonly #smoothing: number;
  readonly #signal: number;
  readonly #range: HighLow;
  readonly #k: RollingSum;
  readonly #d: RollingSum;
  readonly #lines: StochasticLines = { k: Number.NaN, d: Number.NaN };
  #seen = 0;

  constructor({ period, smoothing, signal }: StochasticSpans) {
    this.#period = period;
    this.#smoothing = smoothing;
    this.#signal = signal;
    this.#range = new HighLow(period);
    this.#k = new RollingSum(smoothing);
    this.#d = new RollingSum(signal);
  }

  /** The same object at each call: read it before the next one. */
  next(bar: Candle): Readonly<StochasticLines> {
    const lines = this.#lines;
    lines.k = lines.d = Number.NaN;
    if (!isUsableRange(bar)) return lines;
    this.#range.take(bar);
    if (this.#seen < this.#period) this.#seen++;
    if (this.#seen < this.#period) return lines;
    const { highest, lowest } = this.#range;
    const range = highest - lowest;
    const k = this.#k.next(range > 0 ? (100 * (bar.close - lowest)) / range : 50) / this.#smoothing;
    lines.k = k;
    // The first averages are not there yet.
    if (!Number.isNaN(k)) lines.d = this.#d.next(k) / this.#signal;
    return lines;
  }

  save(): StochasticState {
    return { seen: this.#seen, range: this.#range.save(), k: this.#k.save(), d: this.#d.save() };
  }

  load(state: StochasticState): void {
    this.#seen = state.seen;
    this.#range.load(state.range);
    this.#k.load(state.k);
    this.#d.load(state.d);
  }
}
