/** How uncertain it was: deviation, its downside, and the shape of the returns' distribution. */
import type { DefinitionsOf, Figure } from './definition.ts';
import { sampleDeviation, sampleKurtosis, sampleSkew, shape, withoutRounding } from './moments.ts';
import { normalQuantile } from './normal.ts';
import { defined, mean, ratio, sumOf } from './sums.ts';

export interface RiskMetrics {
  readonly volatility: Figure;
  readonly volatilityCompounded: Figure;
  readonly downsideDeviation: Figure;
  readonly skew: Figure;
  readonly skewPopulation: Figure;
  readonly kurtosis: Figure;
  readonly kurtosisPopulation: Figure;
  readonly valueAtRisk: Figure;
  readonly expectedShortfall: Figure;
  readonly valueAtRiskGaussian: Figure;
  readonly expectedShortfallGaussian: Figure;
  readonly tailRatio: Figure;
}

export const riskDefinitions: DefinitionsOf<RiskMetrics> = {
  volatility: {
    label: 'Volatility, annualised',
    unit: 'fraction',
    text: 'Sample deviation (n − 1) of the returns × √(periods per year). As empyrical, quantstats, ffn, PerformanceAnalytics.',
  },
  volatilityCompounded: {
    label: 'Volatility, compounded',
    unit: 'fraction',
    text: '√((s² + g²)^P − g^(2P)) with the sample variance s², g = 1 + geometric mean return and P periods per year. As backtesting.py.',
  },
  downsideDeviation: {
    label: 'Downside deviation, annualised',
    unit: 'fraction',
    text: '√(mean of min(r − risk-free, 0)²) × √(periods per year), the mean over all returns. As empyrical and PerformanceAnalytics (full).',
  },
  skew: {
    label: 'Skew',
    unit: 'number',
    text: 'Adjusted Fisher-Pearson skew of the returns, corrected for a sample. As pandas, quantstats, ffn.',
  },
  skewPopulation: { label: 'Skew, uncorrected', unit: 'number', text: 'm₃ / m₂^1.5. As PerformanceAnalytics (moment).' },
  kurtosis: {
    label: 'Excess kurtosis',
    unit: 'number',
    text: 'Kurtosis of the returns above that of a normal distribution, corrected for a sample. As pandas, quantstats, ffn.',
  },
  kurtosisPopulation: { label: 'Excess kurtosis, uncorrected', unit: 'number', text: 'm₄ / m₂² − 3. As PerformanceAnalytics (excess).' },
  valueAtRisk: {
    label: 'Value at risk, 95 %',
    unit: 'fraction',
    text: 'The 5 % quantile of the returns of a period, between neighbours by linear interpolation; negative is a loss. As empyrical and PerformanceAnalytics (historical).',
  },
  expectedShortfall: {
    label: 'Expected shortfall, 95 %',
    unit: 'fraction',
    text: 'Mean of the ⌊0.05 (n − 1)⌋ + 1 smallest returns. As empyrical; PerformanceAnalytics takes those below the quantile, which is the same unless returns tie there.',
  },
  valueAtRiskGaussian: {
    label: 'Value at risk, 95 %, normal',
    unit: 'fraction',
    text: 'Mean − 1.645 sample deviations: what the quantile would be if returns were normal. As quantstats.',
  },
  expectedShortfallGaussian: {
    label: 'Mean below the normal value at risk',
    unit: 'fraction',
    text: 'Mean of the returns below the normal value at risk. As quantstats, which calls it cvar.',
  },
  tailRatio: {
    label: 'Tail ratio',
    unit: 'number',
    text: '95 % quantile over 5 % quantile of the returns, without signs. As empyrical and quantstats.',
  },
};

const TAIL = 0.05;

/** Of values in ascending order, between neighbours by linear interpolation (R's type 7, numpy's default). */
export function quantile(sorted: ArrayLike<number>, probability: number): Figure {
  if (sorted.length === 0) return null;
  const place = (sorted.length - 1) * probability;
  const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return below + (above - below) * (place - Math.floor(place));
}

/** √(mean of min(x, 0)²) over all values; 0 when none is below zero to rounding. */
export function downside(values: ArrayLike<number>): Figure {
  if (values.length === 0) return null;
  return withoutRounding(Math.sqrt(sumOf(values, (value) => Math.min(value, 0) ** 2) / values.length));
}

/** Deviation by the year of returns that compound: √((s² + g²)^P − g^(2P)), without taking nearly equal numbers from each other. */
export function compoundedVolatility(deviation: Figure, annual: Figure, periodsPerYear: number): Figure {
  if (deviation === null || annual === null || annual <= -1) return null;
  const growth = (1 + annual) ** (1 / periodsPerYear);
  return defined((1 + annual) * Math.sqrt(Math.expm1(periodsPerYear * Math.log1p((deviation / growth) ** 2))));
}

export interface RiskInput {
  readonly returns: Float64Array;
  /** The same, above the risk-free rate. */
  readonly excess: Float64Array;
  readonly annual: Figure;
  readonly periodsPerYear: number;
}

export function riskMetrics({ returns, excess, annual, periodsPerYear }: RiskInput): RiskMetrics {
  const sorted = returns.toSorted();
  const deviation = sampleDeviation(returns);
  const year = Math.sqrt(periodsPerYear);
  const moments = shape(returns);
  const [low, high] = [quantile(sorted, TAIL), quantile(sorted, 1 - TAIL)];
  const centre = mean(returns);
  const gaussian = centre === null || deviation === null ? null : centre + normalQuantile(TAIL) * deviation;
  const below = downside(excess);
  return {
    volatility: deviation === null ? null : deviation * year,
    volatilityCompounded: compoundedVolatility(deviation, annual, periodsPerYear),
    downsideDeviation: below === null ? null : below * year,
    skew: sampleSkew(returns),
    skewPopulation: moments?.skew ?? null,
    kurtosis: sampleKurtosis(returns),
    kurtosisPopulation: moments === null ? null : moments.kurtosis - 3,
    valueAtRisk: low,
    expectedShortfall: mean(sorted.subarray(0, Math.floor((sorted.length - 1) * TAIL) + 1)),
    valueAtRiskGaussian: gaussian,
    expectedShortfallGaussian: gaussian === null ? null : mean(sorted.filter((one) => one < gaussian)),
    tailRatio: low === null || high === null ? null : ratio(Math.abs(high), Math.abs(low)),
  };
}
