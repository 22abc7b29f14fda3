/** Mean, deviation, skew and kurtosis, in two passes with compensated sums. */
import { defined, mean, sumOf } from './sums.ts';

/**
 * Returns are quotients of doubles: what is below this is their rounding, and counts as no deviation at all, so that a curve that
 * grows by the same share at each step has no Sharpe ratio rather than one of 10^14.
 */
const ROUNDING = 1e-14;

/** Σ(x − mean)^power. */
function centralSum(values: ArrayLike<number>, power: number): number {
  const centre = mean(values) ?? 0;
  return sumOf(values, (value) => (value - centre) ** power);
}

/** Σ(x − mean)² / (n − 1), as numpy's with ddof 1. */
export function sampleVariance(values: ArrayLike<number>): number | null {
  return values.length < 2 ? null : centralSum(values, 2) / (values.length - 1);
}

/** Root of the sample variance; 0 when all values are the same to rounding. */
export function sampleDeviation(values: ArrayLike<number>): number | null {
  const variance = sampleVariance(values);
  return variance === null ? null : withoutRounding(Math.sqrt(variance));
}

export const withoutRounding = (deviation: number): number => (deviation < ROUNDING ? 0 : deviation);

interface Shape {
  /** Third and fourth central moment over the second's power, divided by n as R's moments are; 0 and 3 for a normal. */
  readonly skew: number;
  readonly kurtosis: number;
}

/** Nothing without deviation. */
export function shape(values: ArrayLike<number>): Shape | null {
  const count = values.length;
  if (count < 2 || sampleDeviation(values) === 0) return null;
  const [second, third, fourth] = [2, 3, 4].map((power) => centralSum(values, power) / count) as [number, number, number];
  return { skew: third / second ** 1.5, kurtosis: fourth / second ** 2 };
}

/** Adjusted Fisher-Pearson skew, as pandas, Excel and SAS have it; needs three values. */
export function sampleSkew(values: ArrayLike<number>): number | null {
  const count = values.length;
  const moments = shape(values);
  if (moments === null || count < 3) return null;
  return defined((moments.skew * Math.sqrt(count * (count - 1))) / (count - 2));
}

/** Excess kurtosis, corrected for a sample, as pandas, Excel and SAS have it; needs four values. */
export function sampleKurtosis(values: ArrayLike<number>): number | null {
  const count = values.length;
  const moments = shape(values);
  if (moments === null || count < 4) return null;
  return defined(((count - 1) / ((count - 2) * (count - 3))) * ((count + 1) * (moments.kurtosis - 3) + 6));
}

export interface Relation {
  /** Sample covariance, divided by n − 1. */
  readonly covariance: number;
  readonly varianceOfFirst: number;
  readonly varianceOfSecond: number;
}

/** Of two series of the same length; nothing for fewer than two pairs. */
export function relation(first: ArrayLike<number>, second: ArrayLike<number>): Relation | null {
  const count = first.length;
  const [centre, other] = [mean(first), mean(second)];
  const [varianceOfFirst, varianceOfSecond] = [sampleVariance(first), sampleVariance(second)];
  if (centre === null || other === null || varianceOfFirst === null || varianceOfSecond === null) return null;
  const products = sumOf(first, (value, nth) => (value - centre) * ((second[nth] as number) - other));
  return { covariance: products / (count - 1), varianceOfFirst, varianceOfSecond };
}
