/** Beside a benchmark: the same days of both, nothing else. */
import type { DefinitionsOf, Figure } from './definition.ts';
import { relation, sampleDeviation } from './moments.ts';
import { periodReturns, totalReturn } from './returns.ts';
import { daysOfCurve, type Sampled, type Series } from './sampling.ts';
import { defined, mean, ratio, sumOf } from './sums.ts';

export interface BenchmarkMetrics {
  readonly alpha: Figure;
  readonly beta: Figure;
  readonly alphaTotal: Figure;
  readonly betaLog: Figure;
  readonly correlation: Figure;
  readonly benchmarkReturn: Figure;
  readonly trackingError: Figure;
  readonly informationRatio: Figure;
  readonly upCapture: Figure;
  readonly downCapture: Figure;
}

export const benchmarkDefinitions: DefinitionsOf<BenchmarkMetrics> = {
  alpha: {
    label: 'Alpha, annualised',
    unit: 'fraction',
    text: '(1 + mean of (r − f − β (b − f)))^(periods per year) − 1 with the benchmark’s returns b and the risk-free rate f. As empyrical.',
  },
  beta: { label: 'Beta', unit: 'number', text: 'Covariance of r − f with b − f / variance of b − f. As empyrical.' },
  alphaTotal: {
    label: 'Alpha over all',
    unit: 'fraction',
    text: 'Total return − f − log beta × (the benchmark’s total return − f), not annualised. As backtesting.py.',
  },
  betaLog: {
    label: 'Beta of log returns',
    unit: 'number',
    text: 'Covariance of log returns / variance of the benchmark’s. As backtesting.py.',
  },
  correlation: { label: 'Correlation', unit: 'number', text: 'Pearson’s, of the returns with those of the benchmark.' },
  benchmarkReturn: { label: 'Return of the benchmark', unit: 'fraction', text: 'Its total return over the days that both have.' },
  trackingError: { label: 'Tracking error', unit: 'fraction', text: 'Sample deviation of r − b × √(periods per year).' },
  informationRatio: { label: 'Information ratio', unit: 'number', text: 'Mean of r − b / its sample deviation × √(periods per year).' },
  upCapture: {
    label: 'Up capture',
    unit: 'number',
    text: 'Annual return over the periods with b > 0 / the benchmark’s over the same. As empyrical.',
  },
  downCapture: {
    label: 'Down capture',
    unit: 'number',
    text: 'Annual return over the periods with b < 0 / the benchmark’s over the same. As empyrical.',
  },
};

export const NO_BENCHMARK: BenchmarkMetrics = {
  alpha: null,
  beta: null,
  alphaTotal: null,
  betaLog: null,
  correlation: null,
  benchmarkReturn: null,
  trackingError: null,
  informationRatio: null,
  upCapture: null,
  downCapture: null,
};

export interface Matched {
  readonly ours: Float64Array;
  readonly theirs: Float64Array;
}

/** Equity of both on the days that both have, or at the same instants when every point is a period. */
export function match(sampled: Sampled, benchmark: Series): Matched {
  const isPoint = sampled.period === 'point';
  const theirs = daysOfCurve(benchmark);
  const closes = isPoint ? benchmark : theirs.closes;
  const there = new Map<number, number>();
  for (let nth = 0; nth < closes.equity.length; nth++) {
    const at = closes.timestamp[nth] as number;
    there.set(isPoint ? at : theirs.dayOf(at), closes.equity[nth] as number);
  }
  const [mine, other]: [number[], number[]] = [[], []];
  for (let nth = 0; nth < sampled.equity.length; nth++) {
    const at = sampled.timestamp[nth] as number;
    const theirValue = there.get(isPoint ? at : sampled.days.dayOf(at));
    if (theirValue === undefined) continue;
    mine.push(sampled.equity[nth] as number);
    other.push(theirValue);
  }
  return { ours: Float64Array.from(mine), theirs: Float64Array.from(other) };
}

export interface BenchmarkTerms {
  readonly periodsPerYear: number;
  readonly riskFree: number;
  readonly riskFreePerPeriod: number;
}

export function benchmarkMetrics(
  { ours, theirs }: Matched,
  { periodsPerYear, riskFree, riskFreePerPeriod: free }: BenchmarkTerms,
): BenchmarkMetrics {
  const [own, other] = [periodReturns(ours), periodReturns(theirs)];
  if (own === null || other === null || own.length < 2) return NO_BENCHMARK;
  const [total, benchmarkReturn] = [totalReturn(ours), totalReturn(theirs)];
  const plain = relation(own, other);
  const beta = slope(own, other);
  const betaLog = slope(own.map(Math.log1p), other.map(Math.log1p));
  const lead = beta === null ? null : sumOf(own, (one, nth) => one - free - beta * ((other[nth] as number) - free)) / own.length;
  const active = own.map((one, nth) => one - (other[nth] as number));
  const error = sampleDeviation(active);
  const year = Math.sqrt(periodsPerYear);
  const information = ratio(mean(active), error);
  return {
    alpha: lead === null ? null : defined((1 + lead) ** periodsPerYear - 1),
    beta,
    alphaTotal:
      total === null || benchmarkReturn === null || betaLog === null ? null : total - riskFree - betaLog * (benchmarkReturn - riskFree),
    betaLog,
    correlation: plain === null ? null : ratio(plain.covariance, Math.sqrt(plain.varianceOfFirst * plain.varianceOfSecond)),
    benchmarkReturn,
    trackingError: error === null ? null : error * year,
    informationRatio: information === null ? null : information * year,
    upCapture: capture(own, other, periodsPerYear, (one) => one > 0),
    downCapture: capture(own, other, periodsPerYear, (one) => one < 0),
  };
}

/** Of the line through (theirs, ours); nothing when theirs do not move. */
function slope(ours: ArrayLike<number>, theirs: ArrayLike<number>): Figure {
  if (sampleDeviation(theirs) === 0) return null;
  const both = relation(ours, theirs);
  return both === null ? null : ratio(both.covariance, both.varianceOfSecond);
}

function capture(ours: Float64Array, theirs: Float64Array, periodsPerYear: number, isMeant: (theirs: number) => boolean): Figure {
  const growth = (returns: Float64Array): Figure => {
    const meant = returns.filter((_, nth) => isMeant(theirs[nth] as number));
    return meant.length === 0 ? null : Math.exp((sumOf(meant, Math.log1p) / meant.length) * periodsPerYear) - 1;
  };
  return ratio(growth(ours), growth(theirs));
}
