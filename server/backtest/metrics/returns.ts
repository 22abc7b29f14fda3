/** What was earned: over all, by the year, and period by period. */
import { DAY_MS } from '#server/domain/time.ts';
import type { DefinitionsOf, Figure } from './definition.ts';
import { type Sampled, type Series, YEAR_DAYS } from './sampling.ts';
import { defined, mean, ratio, sum } from './sums.ts';

export interface ReturnMetrics {
  readonly totalReturn: Figure;
  readonly cagr: Figure;
  readonly annualReturn: Figure;
  readonly meanReturn: Figure;
  readonly bestPeriod: Figure;
  readonly worstPeriod: Figure;
  readonly averageGain: Figure;
  readonly averageDrop: Figure;
  readonly periodWinRate: Figure;
  readonly periodHitRate: Figure;
  readonly periodPayoff: Figure;
  readonly periodKelly: Figure;
  readonly activePeriods: Figure;
  readonly longestGainStreak: Figure;
  readonly longestDropStreak: Figure;
}

export const returnDefinitions: DefinitionsOf<ReturnMetrics> = {
  totalReturn: { label: 'Total return', unit: 'fraction', text: 'Last equity over first equity, minus 1.' },
  cagr: {
    label: 'CAGR, by calendar',
    unit: 'fraction',
    text: '(1 + total return)^(1 / years) − 1 with years of 365.25 days between the first and the last stamp. As ffn and backtesting.py.',
  },
  annualReturn: {
    label: 'Annual return, by periods',
    unit: 'fraction',
    text: '(1 + return over the periods)^(periods per year / periods) − 1. As empyrical, quantstats, PerformanceAnalytics, and what backtesting.py calls Return (Ann.).',
  },
  meanReturn: { label: 'Mean return, annualised', unit: 'fraction', text: 'Mean return of a period × periods per year. As ffn.' },
  bestPeriod: { label: 'Best period', unit: 'fraction', text: 'Largest return of a period.' },
  worstPeriod: { label: 'Worst period', unit: 'fraction', text: 'Smallest return of a period.' },
  averageGain: { label: 'Average gain', unit: 'fraction', text: 'Mean of the returns above 0. quantstats calls it avg_win.' },
  averageDrop: { label: 'Average drop', unit: 'fraction', text: 'Mean of the returns below 0. quantstats calls it avg_loss.' },
  periodWinRate: { label: 'Winning periods', unit: 'fraction', text: 'Returns above 0 over returns that are not 0. As quantstats.' },
  periodHitRate: { label: 'Periods with a gain', unit: 'fraction', text: 'Returns above 0 over all returns.' },
  periodPayoff: { label: 'Payoff of periods', unit: 'number', text: 'Average gain over average drop, without its sign. As quantstats.' },
  periodKelly: {
    label: 'Kelly of periods',
    unit: 'fraction',
    text: 'W − (1 − W) / payoff with the winning periods and their payoff. As quantstats.',
  },
  activePeriods: {
    label: 'Active periods',
    unit: 'fraction',
    text: 'Returns that are not 0 over all returns. quantstats rounds it up to a percent.',
  },
  longestGainStreak: { label: 'Gains in a row', unit: 'count', text: 'Most returns above 0 one after another.' },
  longestDropStreak: { label: 'Drops in a row', unit: 'count', text: 'Most returns below 0 one after another.' },
};

/**
 * Simple returns from point to point. Nothing when equity was zero or less before the last point: a share of nothing has no meaning,
 * and no statistic should be made of the rest as if that had not happened.
 */
export function periodReturns(equity: ArrayLike<number>): Float64Array | null {
  const returns = new Float64Array(Math.max(0, equity.length - 1));
  for (let nth = 0; nth < returns.length; nth++) {
    const base = equity[nth] as number;
    if (!(base > 0)) return null;
    returns[nth] = (equity[nth + 1] as number) / base - 1;
  }
  return returns;
}

export function totalReturn(equity: ArrayLike<number>): Figure {
  const [first, last] = [equity[0], equity[equity.length - 1]];
  return first !== undefined && last !== undefined && first > 0 ? defined(last / first - 1) : null;
}

/** Growth by the year; −1 when all was lost, nothing when more than all was. */
const yearly = (total: Figure, years: number): Figure =>
  total === null || years <= 0 || total < -1 ? null : defined((1 + total) ** (1 / years) - 1);

export const annualReturn = ({ equity, periodsPerYear }: Sampled): Figure =>
  yearly(totalReturn(equity), (equity.length - 1) / periodsPerYear);

export const yearsOf = ({ timestamp }: Pick<Series, 'timestamp'>): number =>
  ((timestamp[timestamp.length - 1] ?? 0) - (timestamp[0] ?? 0)) / (YEAR_DAYS * DAY_MS);

export const cagr = (series: Series): Figure => yearly(totalReturn(series.equity), yearsOf(series));

/** `returns` are those of `sampled`, or nothing where it has none. */
export function returnMetrics(series: Series, sampled: Sampled, returns: Float64Array | null): ReturnMetrics {
  const known = returns ?? new Float64Array(0);
  const [gains, drops] = [known.filter((one) => one > 0), known.filter((one) => one < 0)];
  const [averageGain, averageDrop] = [mean(gains), mean(drops)];
  const winning = ratio(gains.length, gains.length + drops.length);
  const payoff = averageDrop === null ? null : ratio(averageGain, -averageDrop);
  return {
    totalReturn: totalReturn(series.equity),
    cagr: cagr(series),
    annualReturn: annualReturn(sampled),
    meanReturn: known.length === 0 ? null : (sum(known) / known.length) * sampled.periodsPerYear,
    bestPeriod: known.length === 0 ? null : known.reduce((most, one) => Math.max(most, one)),
    worstPeriod: known.length === 0 ? null : known.reduce((least, one) => Math.min(least, one)),
    averageGain,
    averageDrop,
    periodWinRate: winning,
    periodHitRate: ratio(gains.length, known.length),
    periodPayoff: payoff,
    periodKelly: winning === null || payoff === null ? null : winning - (1 - winning) / payoff,
    activePeriods: ratio(gains.length + drops.length, known.length),
    longestGainStreak: returns === null ? null : longestStreak(known, (one) => one > 0),
    longestDropStreak: returns === null ? null : longestStreak(known, (one) => one < 0),
  };
}

/** Most values in a row that hold. */
export function longestStreak(values: ArrayLike<number>, holds: (value: number) => boolean): number {
  let [longest, current] = [0, 0];
  for (let nth = 0; nth < values.length; nth++) {
    current = holds(values[nth] as number) ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}
