/** The Sharpe ratio of a window that moves along the curve. */
import { sharpeOfPeriods } from './ratios.ts';

export interface RollingSharpe {
  /** Returns in a window. */
  readonly window: number;
  /** Annualised, one for each window; NaN where a window has no deviation. */
  readonly values: Float64Array;
}

/** Windows of half a year, or of a quarter of the returns when that is shorter; nothing when that is fewer than ten. */
export function rollingSharpe(excess: Float64Array, periodsPerYear: number): RollingSharpe | undefined {
  const window = Math.round(Math.min(periodsPerYear / 2, excess.length / 4));
  if (window < 10) return undefined;
  const values = new Float64Array(excess.length - window + 1);
  for (let nth = 0; nth < values.length; nth++) {
    const sharpe = sharpeOfPeriods(excess.subarray(nth, nth + window));
    values[nth] = sharpe === null ? Number.NaN : sharpe * Math.sqrt(periodsPerYear);
  }
  return { window, values };
}
