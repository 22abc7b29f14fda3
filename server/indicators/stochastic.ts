/**
 * Stochastic oscillator (Lane; TA-Lib STOCH with simple averages), 0 to 100: raw = 100 × (close − lowest low) / (highest
 * high − lowest low) of the last `period` bars; k = mean of the last `smoothing` raws; d = mean of the last `signal` k. Bars
 * without any range are 50: the close is neither at the top nor at the bottom (TA-Lib says 0). k is NaN before `period` +
 * `smoothing` − 1 bars, d before `signal` − 1 more; an unusable bar is answered with NaN and otherwise ignored.
 *
 * Raws are taken to a grid so fine (10⁻¹³ for 3 and 3, 10⁻¹⁰ for 100 and 100) that both sums are exact: no drift, and where k
 * and d are equal on paper they are equal here. A close outside of the bars' range counts as at its edge.
 */
import { ExactSum } from './exact-sum.ts';
import { HighLow, type HighLowState } from './high-low.ts';
import { type Candle, isUsableRange } from './usable.ts';

export interface StochasticLines {
  readonly k: number;
  readonly d: number;
}

export interface StochasticSpans {
  readonly period: number;
  readonly smoothing: number;
  readonly signal: number;
}

export interface StochasticState {
  readonly missing: number;
  readonly range: HighLowState;
  /** Of raws, and of their sums; oldest first. */
  readonly raws: readonly number[];
  readonly sums: readonly number[];
}

/**
 * Added and taken away again it leaves a raw the bits that the sums of sums have room for: 2 ** -42 of a point for 3 and 3.
 */
const rounderOf = ({ smoothing, signal }: StochasticSpans): number => 2 ** Math.ceil(Math.log2(100 * smoothing * signal));

export class Stochastic implements StochasticLines {
  k = Number.NaN;
  d = Number.NaN;

  readonly #spans: StochasticSpans;
  readonly #range: HighLow;
  readonly #raws: ExactSum;
  readonly #sums: ExactSum;
  readonly #rounder: number = Number.NaN;
  /** Bars until the first d. */
  #missing = 0;
  /** Make k and d of the sums; NaN before the warm-up. */
  #divisorOfK = Number.NaN;
  #divisorOfD = Number.NaN;

  constructor(spans: StochasticSpans) {
    this.#spans = spans;
    this.#range = new HighLow(spans.period);
    this.#raws = new ExactSum(spans.smoothing);
    this.#sums = new ExactSum(spans.signal);
    this.#rounder = rounderOf(spans);
    this.#missing = spans.period + spans.smoothing + spans.signal - 2;
  }

  /** Answers itself: read it before the next bar. */
  next(bar: Candle): StochasticLines {
    if (!isUsableRange(bar)) return this.#knowNothing();
    const range = this.#range;
    range.take(bar);
    if (this.#missing > 0) this.#warmUp();
    const sum = this.#raws.next(this.#rawOf(bar.close - range.lowest, range.highest - range.lowest));
    this.k = sum / this.#divisorOfK;
    this.d = this.#sums.next(sum) / this.#divisorOfD;
    return this;
  }

  #knowNothing(): StochasticLines {
    this.k = this.d = Number.NaN;
    return this;
  }

  #rawOf(height: number, range: number): number {
    const raw = (100 * height) / range;
    if (Math.abs(raw - 50) <= 50) return raw + this.#rounder - this.#rounder;
    if (range === 0) return 50;
    return raw > 50 ? 100 : 0;
  }

  /** What entered the sums before has left them when they count: the first k has only raws of whole ranges, the first d only such k. */
  #warmUp(): void {
    this.#missing--;
    const { smoothing, signal } = this.#spans;
    if (this.#missing < signal) this.#divisorOfK = smoothing;
    if (this.#missing === 0) this.#divisorOfD = smoothing * signal;
  }

  save(): StochasticState {
    return { missing: this.#missing, range: this.#range.save(), raws: this.#raws.save(), sums: this.#sums.save() };
  }

  load({ missing, range, raws, sums }: StochasticState): void {
    this.#divisorOfK = this.#divisorOfD = Number.NaN;
    this.#missing = missing + 1;
    this.#warmUp();
    this.#range.load(range);
    this.#raws.load(raws);
    this.#sums.load(sums);
  }
}
