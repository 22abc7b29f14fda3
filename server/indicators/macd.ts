/**
 * Moving average convergence/divergence (Appel 1979): macd = EMA(fast) − EMA(slow), signal = EMA(signal) of macd, histogram
 * = macd − signal; in the unit of the input. Each average is seeded with the simple mean of its own first values (as in R's
 * TTR, Stock.Indicators and Lean). With `aligned` the fast average begins with the slow one, over the last `fast` of the
 * first `slow` values, as TA-Lib's does; the two agree after some hundred bars. macd is NaN before `slow` values, signal and
 * histogram before `slow` + `signal` − 1; an unusable value is answered with NaN and otherwise ignored.
 */
import { Ema, type EmaState } from './ema.ts';
import { isUsable } from './usable.ts';

export interface MacdLines {
  macd: number;
  signal: number;
  histogram: number;
}

export interface MacdSpans {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
  readonly aligned: boolean;
}

export interface MacdState {
  readonly seen: number;
  readonly fast: EmaState;
  readonly slow: EmaState;
  readonly signal: EmaState;
}

export class Macd {
  readonly #fast: Ema;
  readonly #slow: Ema;
  readonly #signal: Ema;
  /** Values that the fast average lets pass before it begins. */
  readonly #skips: number;
  #seen = 0;
  readonly #lines: MacdLines = { macd: Number.NaN, signal: Number.NaN, histogram: Number.NaN };

  constructor({ fast, slow, signal, aligned }: MacdSpans) {
    this.#fast = new Ema(fast);
    this.#slow = new Ema(slow);
    this.#signal = new Ema(signal);
    this.#skips = aligned ? slow - fast : 0;
  }

  /** The same object at each call: read it before the next one. */
  next(value: number): Readonly<MacdLines> {
    const lines = this.#lines;
    if (!isUsable(value)) {
      lines.macd = lines.signal = lines.histogram = Number.NaN;
      return lines;
    }
    const fast = this.#seen < this.#skips ? this.#skip() : this.#fast.next(value);
    const macd = fast - this.#slow.next(value);
    const signal = this.#signal.next(macd);
    lines.macd = macd;
    lines.signal = signal;
    lines.histogram = macd - signal;
    return lines;
  }

  #skip(): number {
    this.#seen++;
    return Number.NaN;
  }

  save(): MacdState {
    return { seen: this.#seen, fast: this.#fast.save(), slow: this.#slow.save(), signal: this.#signal.save() };
  }

  load(state: MacdState): void {
    this.#seen = state.seen;
    this.#fast.load(state.fast);
    this.#slow.load(state.slow);
    this.#signal.load(state.signal);
  }
}
