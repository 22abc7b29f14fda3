/**
 * How far a Sharpe ratio can be believed. Bailey & López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2012);
 * "The Deflated Sharpe Ratio", Journal of Portfolio Management 40 (2014). All Sharpe ratios in here are those of one period, not annualised.
 */
import type { DefinitionsOf, Figure } from './definition.ts';
import { shape } from './moments.ts';
import { normalCumulative, normalQuantile } from './normal.ts';
import { sharpeOfPeriods } from './ratios.ts';
import { defined } from './sums.ts';

/** What was observed: a Sharpe ratio of one period and the shape of the returns it came from. */
export interface SharpeSample {
  readonly sharpe: number;
  /** How many returns. */
  readonly count: number;
  /** 0 for a normal distribution. */
  readonly skew: number;
  /** 3 for a normal distribution: not the excess. */
  readonly kurtosis: number;
}

export interface SignificanceMetrics {
  readonly sharpeStandardError: Figure;
  readonly probabilisticSharpe: Figure;
  readonly minimumTrackRecordYears: Figure;
}

export const significanceDefinitions: DefinitionsOf<SignificanceMetrics> = {
  sharpeStandardError: {
    label: 'Standard error of the Sharpe ratio',
    unit: 'number',
    text: '√((1 − skew · SR + (kurtosis − 1)/4 · SR²) / (n − 1)) × √(periods per year) with SR of one period: the Sharpe ratio is about this uncertain.',
  },
  probabilisticSharpe: {
    label: 'Probabilistic Sharpe ratio',
    unit: 'fraction',
    text: 'Probability that the true Sharpe ratio is above 0, given length, skew and kurtosis of the returns (Bailey & López de Prado 2012). It does not know how many variants were tried.',
  },
  minimumTrackRecordYears: {
    label: 'Minimum track record',
    unit: 'years',
    text: 'Years of returns like these that it takes to believe at 95 % that the Sharpe ratio is above 0; nothing when it is not.',
  },
};

const CONFIDENCE = 0.95;
const EULER_MASCHERONI = 0.5772156649015329;

/** Nothing for fewer than two returns or ones without deviation. Skew and kurtosis are not corrected for the sample, as in the papers. */
export function sharpeSample(excess: ArrayLike<number>): SharpeSample | null {
  const [sharpe, moments] = [sharpeOfPeriods(excess), shape(excess)];
  return sharpe === null || moments === null ? null : { sharpe, count: excess.length, ...moments };
}

/** (count − 1) × the variance of the estimate. */
const unrest = ({ sharpe, skew, kurtosis }: SharpeSample): number => 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;

export function sharpeStandardError(sample: SharpeSample): Figure {
  return sample.count < 2 ? null : defined(Math.sqrt(unrest(sample) / (sample.count - 1)));
}

/** Probability that the true Sharpe ratio is above `benchmark`, both of one period. */
export function probabilisticSharpe(sample: SharpeSample, benchmark = 0): Figure {
  const error = sharpeStandardError(sample);
  return error === null || error === 0 ? null : normalCumulative((sample.sharpe - benchmark) / error);
}

/** Returns that it takes until `probabilisticSharpe` reaches the confidence; nothing when the Sharpe ratio is not above the benchmark. */
export function minimumTrackRecord(sample: SharpeSample, benchmark = 0, confidence = CONFIDENCE): Figure {
  if (sample.sharpe <= benchmark) return null;
  return defined(1 + unrest(sample) * (normalQuantile(confidence) / (sample.sharpe - benchmark)) ** 2);
}

export interface Trials {
  /** Independent variants that were tried; at least one. */
  readonly count: number;
  /** Variance of their Sharpe ratios, of one period. */
  readonly variance: number;
}

/** The Sharpe ratio that the best of so many worthless variants is expected to show. */
export function expectedMaximumSharpe({ count, variance }: Trials): number {
  if (count <= 1) return 0;
  const typical = normalQuantile(1 - 1 / count);
  const extreme = normalQuantile(1 - 1 / (count * Math.E));
  return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * typical + EULER_MASCHERONI * extreme);
}

/** The probabilistic Sharpe ratio against what luck among the trials would have shown. */
export const deflatedSharpe = (sample: SharpeSample, trials: Trials): Figure => probabilisticSharpe(sample, expectedMaximumSharpe(trials));

export function significanceMetrics(excess: ArrayLike<number>, periodsPerYear: number): SignificanceMetrics {
  const sample = sharpeSample(excess);
  if (sample === null) return { sharpeStandardError: null, probabilisticSharpe: null, minimumTrackRecordYears: null };
  const [error, record] = [sharpeStandardError(sample), minimumTrackRecord(sample)];
  return {
    sharpeStandardError: error === null ? null : error * Math.sqrt(periodsPerYear),
    probabilisticSharpe: probabilisticSharpe(sample),
    minimumTrackRecordYears: record === null ? null : record / periodsPerYear,
  };
}
