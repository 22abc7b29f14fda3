/**
 * The curve that metrics and report are made of, in bounded memory: all of its points up to a million; of a longer one the
 * first, and the highest, the lowest and the last point of each day, which have its return, drawdowns and daily closes.
 */

import { DAY_MS } from '#server/domain/time.ts';
import type { EquityCurve } from '../result.ts';

const MOST_POINTS = 1_000_000;

export class KeptCurve {
  readonly #most: number;
  #parts: EquityCurve[] = [];
  #points = 0;
  #isThinned = false;

  constructor(most = MOST_POINTS) {
    this.#most = most;
  }

  get isThinned(): boolean {
    return this.#isThinned;
  }

  add(curve: EquityCurve): void {
    if (curve.length === 0) return;
    this.#parts.push(curve);
    this.#points += curve.length;
    if (this.#points <= this.#most) return;
    this.#isThinned = true;
    const thin = thinned(this.#join());
    this.#parts = [thin];
    this.#points = thin.length;
  }

  /** Takes it away. */
  take(): EquityCurve {
    const whole = this.#join();
    return this.#isThinned ? thinned(whole) : whole;
  }

  /** All parts as one; there are none left. */
  #join(): EquityCurve {
    const [only] = this.#parts;
    if (this.#parts.length === 1 && only !== undefined) {
      this.#parts = [];
      return only;
    }
    const symbols = only?.symbols ?? [];
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const columns = this.#parts.map(({ timestamp, equity, cash, positions }) => [timestamp, equity, cash, ...positions]);
    this.#parts = [];
    return {
      length,
      timestamp: joined(columns, 0, length),
      equity: joined(columns, 1, length),
      cash: joined(columns, 2, length),
      positions: symbols.map((_, slot) => joined(columns, FIRST_POSITION + slot, length)),
      symbols,
    };
  }
}

function chosen(curve: EquityCurve, indices: readonly number[]): EquityCurve {
  const pick = (column: Float64Array): Float64Array => Float64Array.from(indices, (nth) => column[nth] as number);
  return {
    length: indices.length,
    timestamp: pick(curve.timestamp),
    equity: pick(curve.equity),
    cash: pick(curve.cash),
    positions: curve.positions.map(pick),
    symbols: curve.symbols,
  };
}

function thinned(curve: EquityCurve): EquityCurve {
  const kept: number[] = [];
  const { equity, timestamp, length } = curve;
  let from = 0;
  for (let nth = 1; nth <= length; nth++) {
    const isSameDay = nth < length && Math.floor((timestamp[nth] as number) / DAY_MS) === Math.floor((timestamp[from] as number) / DAY_MS);
    if (isSameDay) continue;
    let [highest, lowest] = [from, from];
    for (let at = from; at < nth; at++) {
      if ((equity[at] as number) > (equity[highest] as number)) highest = at;
      if ((equity[at] as number) < (equity[lowest] as number)) lowest = at;
    }
    kept.push(...[...new Set([from === 0 ? 0 : highest, highest, lowest, nth - 1])].sort((a, b) => a - b));
    from = nth;
  }
  return chosen(curve, kept);
}

/** Lets the columns go as they are copied, so that the curve is not there twice. */
function joined(parts: Float64Array[][], column: number, length: number): Float64Array {
  const whole = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    const from = part[column] as Float64Array;
    whole.set(from, at);
    at += from.length;
    part[column] = GONE;
  }
  return whole;
}

const GONE = new Float64Array(0);
const FIRST_POSITION = 3;
