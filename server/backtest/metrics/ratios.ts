/** What was earned for what was risked. */
import type { DefinitionsOf, Figure } from './definition.ts';
import { sampleDeviation } from './moments.ts';
import { downside } from './risk.ts';
import { mean, ratio, sum, sumOf } from './sums.ts';

export interface RatioMetrics {
  readonly sharpe: Figure;
  readonly sharpeGeometric: Figure;
  readonly sortino: Figure;
  readonly sortinoGeometric: Figure;
  readonly calmar: Figure;
  readonly calmarCalendar: Figure;
  readonly omega: Figure;
  readonly gainToPain: Figure;
  readonly martinRatio: Figure;
  readonly ulcerPerformanceIndex: Figure;
  readonly recoveryFactor: Figure;
  readonly recoveryFactorArithmetic: Figure;
  readonly stability: Figure;
}

export const ratioDefinitions: DefinitionsOf<RatioMetrics> = {
  sharpe: {
    label: 'Sharpe ratio',
    unit: 'number',
    text: 'Mean of (r − risk-free) / sample deviation of it × √(periods per year). As empyrical, quantstats, ffn, PerformanceAnalytics.',
  },
  sharpeGeometric: {
    label: 'Sharpe ratio, geometric',
    unit: 'number',
    text: '(annual return by periods − risk-free) / compounded volatility. As backtesting.py.',
  },
  sortino: {
    label: 'Sortino ratio',
    unit: 'number',
    text: 'Mean of (r − risk-free) / √(mean of min(r − risk-free, 0)²) × √(periods per year), the lower mean over all returns. As empyrical, quantstats, ffn, PerformanceAnalytics.',
  },
  sortinoGeometric: {
    label: 'Sortino ratio, geometric',
    unit: 'number',
    text: '(annual return by periods − risk-free) / downside deviation. As backtesting.py.',
  },
  calmar: {
    label: 'Calmar ratio',
    unit: 'number',
    text: 'Annual return by periods / max drawdown without its sign, over the whole curve. As empyrical, quantstats, PerformanceAnalytics, backtesting.py.',
  },
  calmarCalendar: { label: 'Calmar ratio, by calendar', unit: 'number', text: 'CAGR by calendar / max drawdown without its sign. As ffn.' },
  omega: {
    label: 'Omega ratio',
    unit: 'number',
    text: 'Sum of what returns are above the risk-free rate / sum of what they are below. At rate 0 as empyrical, PerformanceAnalytics, quantstats (there also the profit factor of days).',
  },
  gainToPain: {
    label: 'Gain to pain',
    unit: 'number',
    text: 'Sum of the returns / sum of those below 0, without its sign. As quantstats.',
  },
  martinRatio: { label: 'Martin ratio', unit: 'number', text: 'Annual return by periods / ulcer index. As PerformanceAnalytics.' },
  ulcerPerformanceIndex: {
    label: 'Total return per ulcer',
    unit: 'number',
    text: 'Total return / sample ulcer index, not annualised. As quantstats, which calls it ulcer performance index.',
  },
  recoveryFactor: { label: 'Recovery factor', unit: 'number', text: 'Total return / max drawdown without its sign.' },
  recoveryFactorArithmetic: {
    label: 'Recovery factor, arithmetic',
    unit: 'number',
    text: 'Sum of the returns, not compounded / max drawdown without its sign. As quantstats, which drops the sign of the whole.',
  },
  stability: {
    label: 'Stability',
    unit: 'number',
    text: 'R² of a straight line through the cumulated log returns; 1 is growth at an even pace. As empyrical.',
  },
};

/** The rate of one period whose compounding makes the yearly one. */
export const riskFreePerPeriod = (riskFree: number, periodsPerYear: number): number => (1 + riskFree) ** (1 / periodsPerYear) - 1;

/** Mean over sample deviation of one period's excess returns: not annualised. Multiply by √(periods per year) for the usual figure. */
export const sharpeOfPeriods = (excess: ArrayLike<number>): Figure => ratio(mean(excess), sampleDeviation(excess));

export interface RatioInput {
  readonly equity: ArrayLike<number>;
  readonly returns: Float64Array;
  /** Returns above the risk-free rate. */
  readonly excess: Float64Array;
  readonly periodsPerYear: number;
  /** By the year, as a fraction. */
  readonly riskFree: number;
  readonly totalReturn: Figure;
  readonly annualReturn: Figure;
  readonly cagr: Figure;
  readonly volatilityCompounded: Figure;
  readonly maxDrawdown: Figure;
  readonly ulcerIndex: Figure;
  readonly ulcerIndexSample: Figure;
}

export function ratioMetrics(of: RatioInput): RatioMetrics {
  const { returns, excess } = of;
  const year = Math.sqrt(of.periodsPerYear);
  const scaled = (figure: Figure): Figure => (figure === null ? null : figure * year);
  const below = downside(excess);
  const premium = of.annualReturn === null ? null : of.annualReturn - of.riskFree;
  const fall = of.maxDrawdown === null ? null : -of.maxDrawdown;
  const losses = sumOf(excess, (one) => Math.max(-one, 0));
  const pain = sumOf(returns, (one) => Math.max(-one, 0));
  return {
    sharpe: scaled(sharpeOfPeriods(excess)),
    sharpeGeometric: ratio(premium, of.volatilityCompounded),
    sortino: scaled(ratio(mean(excess), below)),
    sortinoGeometric: ratio(premium, scaled(below)),
    calmar: ratio(of.annualReturn, fall),
    calmarCalendar: ratio(of.cagr, fall),
    omega: ratio(
      sumOf(excess, (one) => Math.max(one, 0)),
      losses,
    ),
    gainToPain: ratio(sum(returns), pain),
    martinRatio: ratio(of.annualReturn, of.ulcerIndex),
    ulcerPerformanceIndex: ratio(of.totalReturn, of.ulcerIndexSample),
    recoveryFactor: ratio(of.totalReturn, fall),
    recoveryFactorArithmetic: ratio(sum(returns), fall),
    stability: stability(of.equity),
  };
}

/** Squared correlation of the log of equity with time, the first point (where nothing was earned yet) left out. */
function stability(equity: ArrayLike<number>): Figure {
  const count = equity.length - 1;
  const first = equity[0] as number;
  if (count < 2 || !(first > 0)) return null;
  const logs = new Float64Array(count);
  for (let nth = 0; nth < count; nth++) logs[nth] = Math.log((equity[nth + 1] as number) / first);
  if (!Number.isFinite(logs[count - 1] as number)) return null;
  const [centre, middle] = [mean(logs) as number, (count - 1) / 2];
  const together = sumOf(logs, (log, nth) => (log - centre) * (nth - middle));
  const own = sumOf(logs, (log) => (log - centre) ** 2);
  const times = (count * (count * count - 1)) / 12;
  return ratio(together * together, own * times);
}
