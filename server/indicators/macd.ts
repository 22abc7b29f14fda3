/**
 * Moving average convergence/divergence (Appel 1979): macd = EMA(fast) − EMA(slow), signal = EMA(signal) of macd, histogram
 * = macd − signal; in the unit of the input. Each average is seeded with the simple mean of its own first values (as in R's
 * TTR, Stock.Indicators and Lean). With `aligned` the fast average begins with the slow one, over the last `fast` of the
 * first `slow` values, as TA-Lib's does; the two agree after some hundred bars. macd is NaN before `slow` values, signal and
 * histogram before `slow` + `signal` − 1; an unusable value is answered with NaN and otherwise ignored.
 */
import { isUsable } from './usable.ts';

export interface MacdLines {
  readonly macd: number;
  readonly signal: number;
  readonly histogram: number;
}

export interface MacdSpans {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
  readonly aligned: boolean;
}

export interface MacdState {
  readonly seen: number;
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

const smoothingOf = (period: number): number => 2 / (period + 1);

/** An average at its nth value: a sum until it is seeded. */
function begun(average: number, value: number, nth: number, period: number): number {
  if (nth < 1) return 0;
  if (nth > period) return average + smoothingOf(period) * (value - average);
  return nth === period ? (average + value) / period : average + value;
}

export class Macd implements MacdLines {
  macd = Number.NaN;
  signal = Number.NaN;

  readonly #spans: MacdSpans;
  readonly #smoothFast: number = Number.NaN;
  readonly #smoothSlow: number = Number.NaN;
  readonly #smoothSignal: number = Number.NaN;
  #seen = 0;
  #isBegun = false;
  #fast = 0;
  #slow = 0;
  #average = 0;

  constructor(spans: MacdSpans) {
    this.#spans = spans;
    this.#smoothFast = smoothingOf(spans.fast);
    this.#smoothSlow = smoothingOf(spans.slow);
    this.#smoothSignal = smoothingOf(spans.signal);
  }

  get histogram(): number {
    return this.macd - this.signal;
  }

  /** Answers itself: read it before the next value. */
  next(value: number): MacdLines {
    if (this.#isBegun && isUsable(value)) {
      const fast = this.#fast + this.#smoothFast * (value - this.#fast);
      const slow = this.#slow + this.#smoothSlow * (value - this.#slow);
      const macd = fast - slow;
      const average = this.#average + this.#smoothSignal * (macd - this.#average);
      this.#fast = fast;
      this.#slow = slow;
      this.#average = average;
      this.macd = macd;
      this.signal = average;
    } else this.#begin(value);
    return this;
  }

  #begin(value: number): void {
    this.macd = this.signal = Number.NaN;
    if (!isUsable(value)) return;
    const { fast, slow, signal, aligned } = this.#spans;
    const seen = ++this.#seen;
    this.#fast = begun(this.#fast, value, aligned ? seen - (slow - fast) : seen, fast);
    this.#slow = begun(this.#slow, value, seen, slow);
    if (seen < slow) return;
    this.macd = this.#fast - this.#slow;
    this.#average = begun(this.#average, this.macd, seen - slow + 1, signal);
    this.#isBegun = seen >= slow + signal - 1;
    if (this.#isBegun) this.signal = this.#average;
  }

  save(): MacdState {
    return { seen: this.#seen, fast: this.#fast, slow: this.#slow, signal: this.#average };
  }

  load({ seen, fast, slow, signal }: MacdState): void {
    this.#seen = seen;
    this.#isBegun = seen >= this.#spans.slow + this.#spans.signal - 1;
    this.#fast = fast;
    this.#slow = slow;
    this.#average = signal;
  }
}
