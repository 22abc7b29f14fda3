/**
 * How much of a Sharpe ratio is the luck of having tried often: the deflated Sharpe ratio of the chosen trial, with the number
 * of trials that were made, and the spread of their Sharpe ratios (Bailey and López de Prado, The Deflated Sharpe Ratio, 2014).
 */
import { deflatedSharpe, expectedMaximumSharpe, probabilisticSharpe, sharpeSample } from '../metrics/significance.ts';
import { sharpeWithin, type Trial } from './trials.ts';

export interface Luck {
  /** Of one period, not annualised. */
  readonly sharpe: number;
  /** Trials that were counted: those here and those of earlier runs. */
  readonly trials: number;
  /** The Sharpe ratio that the best of so many worthless trials is expected to show, of one period. */
  readonly expectedByLuck: number;
  /** Probability that the true Sharpe ratio is above 0, as if there had been no other trial. */
  readonly probabilisticSharpe: number | null;
  /** The same, above what luck explains. Below 0.95 it is not to be believed. */
  readonly deflatedSharpe: number | null;
}

/**
 * `earlier`: Sharpe ratios, of one period, of trials of the same agent over the same bars that are not among these. They count, and
 * how far they lie apart counts too: who shows only the best of them has not tried less. Nothing where the returns have no deviation.
 */
export function luckOf(trials: readonly Trial[], chosen: number, earlier: readonly number[]): Luck | undefined {
  const sample = sharpeSample(trials[chosen]?.returns ?? []);
  if (sample === null) return undefined;
  const all = [...trials.map(({ returns }) => sharpeWithin(returns, [{ from: 0, to: returns.length }])), ...earlier];
  const counted = { count: all.length, variance: varianceOf(all) };
  return {
    sharpe: sample.sharpe,
    trials: counted.count,
    expectedByLuck: expectedMaximumSharpe(counted),
    probabilisticSharpe: probabilisticSharpe(sample),
    deflatedSharpe: deflatedSharpe(sample, counted),
  };
}

function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
