/** Everything that is measured of one curve and its trades: one flat object, whose keys are stable and whose figures are numbers or null. */
import { stampSeconds } from '#server/exchange/stamp.ts';
import { type BenchmarkMetrics, benchmarkDefinitions, benchmarkMetrics, match, NO_BENCHMARK } from './benchmark.ts';
import { type CalendarMetrics, calendarDefinitions, calendarMetrics } from './calendar.ts';
import type { DefinitionsOf, Figure } from './definition.ts';
import { type DrawdownMetrics, type DrawdownProfile, drawdownDefinitions, drawdownMetrics, drawdownProfile } from './drawdown.ts';
import { type ExposureMetrics, exposureDefinitions, exposureMetrics, type HoldingSeries } from './exposure.ts';
import { type RatioMetrics, ratioDefinitions, ratioMetrics, riskFreePerPeriod } from './ratios.ts';
import { periodReturns, type ReturnMetrics, returnDefinitions, returnMetrics, yearsOf } from './returns.ts';
import { type RiskMetrics, riskDefinitions, riskMetrics } from './risk.ts';
import { type Sampled, type Series, sample } from './sampling.ts';
import { type SignificanceMetrics, significanceDefinitions, significanceMetrics } from './significance.ts';
import { defined } from './sums.ts';
import { type ClosedTrade, type TradeMetrics, tradeDefinitions, tradeMetrics } from './trades.ts';

export type Metrics = ReturnMetrics &
  RiskMetrics &
  DrawdownMetrics &
  RatioMetrics &
  SignificanceMetrics &
  TradeMetrics &
  ExposureMetrics &
  CalendarMetrics &
  BenchmarkMetrics;

/** The families in the order in which a reader wants them. */
export const FAMILIES: readonly { readonly title: string; readonly definitions: Partial<DefinitionsOf<Metrics>> }[] = [
  { title: 'Return', definitions: returnDefinitions },
  { title: 'Risk', definitions: riskDefinitions },
  { title: 'Drawdown', definitions: drawdownDefinitions },
  { title: 'Return for risk', definitions: ratioDefinitions },
  { title: 'How far to believe it', definitions: significanceDefinitions },
  { title: 'Trades', definitions: tradeDefinitions },
  { title: 'Exposure', definitions: exposureDefinitions },
  { title: 'Months and years', definitions: calendarDefinitions },
  { title: 'Against the benchmark', definitions: benchmarkDefinitions },
];

/** What the metrics are of. Stamps are ISO 8601 in UTC. */
export interface Facts {
  readonly from: string | null;
  readonly to: string | null;
  readonly points: number;
  /** Returns that the statistics are of. */
  readonly periods: number;
  /** What a period is: "day", "week", "month" …, or "point" when the periods per year were given. */
  readonly period: string;
  readonly periodsPerYear: number;
  /** By the year, as a fraction. */
  readonly riskFree: number;
  readonly years: number;
  readonly startEquity: Figure;
  readonly endEquity: Figure;
  readonly peakEquity: Figure;
  readonly maxDrawdownFrom: string | null;
  readonly maxDrawdownTrough: string | null;
  readonly maxDrawdownRecovered: string | null;
}

export type Summary = Facts & Metrics & { readonly remarks: readonly string[] };

export interface Measured {
  readonly curve: HoldingSeries;
  /** Nothing when they are not known, which is not the same as none. */
  readonly trades?: readonly ClosedTrade[] | undefined;
  /** Dollars bought and sold, when the fills are known. */
  readonly traded?: number | undefined;
}

export interface SummaryOptions {
  /** Every point is a period and there are so many in a year; otherwise daily closes, or what the curve has that is longer. */
  readonly periodsPerYear?: number | undefined;
  /** By the year, as a fraction: 0.04. Default 0. */
  readonly riskFree?: number | undefined;
  readonly benchmark?: Series | undefined;
}

export function measure({ curve, trades, traded }: Measured, options: SummaryOptions = {}): Summary {
  const { riskFree = 0, benchmark } = options;
  checkTerms(options);
  const sampled = sample(curve, options.periodsPerYear);
  const returns = periodReturns(sampled.equity);
  const free = riskFreePerPeriod(riskFree, sampled.periodsPerYear);
  const known = returns ?? new Float64Array(0);
  const excess = known.map((one) => one - free);
  const profile = drawdownProfile(curve);
  const { periodsPerYear } = sampled;
  const earned = returnMetrics(curve, sampled, returns);
  const risk = riskMetrics({ returns: known, excess, annual: earned.annualReturn, periodsPerYear });
  const fell = drawdownMetrics(curve, profile);
  const matched = benchmark === undefined ? undefined : match(sampled, benchmark);
  return allDefined({
    ...factsOf(curve, sampled, profile, { riskFree, periods: known.length }),
    ...earned,
    ...risk,
    ...fell,
    ...ratioMetrics({ ...earned, ...risk, ...fell, equity: sampled.equity, returns: known, excess, periodsPerYear, riskFree }),
    ...significanceMetrics(excess, periodsPerYear),
    ...tradeMetrics(trades),
    ...exposureMetrics(curve, { trades, traded }),
    ...calendarMetrics(curve, sampled.days),
    ...(matched === undefined ? NO_BENCHMARK : benchmarkMetrics(matched, { periodsPerYear, riskFree, riskFreePerPeriod: free })),
    remarks: remarksOf(curve, sampled, matched?.ours.length),
  });
}

/** What overflowed on the way is not defined either. */
const allDefined = (summary: Summary): Summary =>
  Object.fromEntries(Object.entries(summary).map(([name, value]) => [name, typeof value === 'number' ? defined(value) : value])) as Summary;

function checkTerms({ periodsPerYear = 1, riskFree = 0 }: SummaryOptions): void {
  if (!(periodsPerYear > 0 && Number.isFinite(periodsPerYear))) throw new RangeError(`periods per year are ${periodsPerYear}, not above 0`);
  if (!(riskFree > -1 && Number.isFinite(riskFree))) throw new RangeError(`the risk-free rate is ${riskFree}, not above -1`);
}

function factsOf(
  curve: Series,
  sampled: Sampled,
  profile: DrawdownProfile | null,
  { riskFree, periods }: Pick<Facts, 'riskFree' | 'periods'>,
): Facts {
  const { timestamp, equity } = curve;
  const points = equity.length;
  const stampAt = (nth: number | undefined): string | null =>
    nth === undefined || points === 0 ? null : stampSeconds(timestamp[nth] as number);
  let peak = equity[0] ?? null;
  for (let nth = 1; nth < points; nth++) peak = Math.max(peak as number, equity[nth] as number);
  const deepest = profile?.deepest;
  return {
    from: stampAt(0),
    to: stampAt(points - 1),
    points,
    periods,
    period: sampled.period,
    periodsPerYear: sampled.periodsPerYear,
    riskFree,
    years: yearsOf(curve),
    startEquity: equity[0] ?? null,
    endEquity: equity[points - 1] ?? null,
    peakEquity: peak,
    maxDrawdownFrom: stampAt(deepest?.peak),
    maxDrawdownTrough: stampAt(deepest?.trough),
    maxDrawdownRecovered: stampAt(deepest?.recovery),
  };
}

/** What a reader has to know before believing the figures. */
function remarksOf(curve: Series, sampled: Sampled, matched: number | undefined): string[] {
  const points = curve.equity.length;
  const remarks: string[] = [];
  const ruin = firstRuin(curve);
  if (ruin !== undefined) remarks.push(`equity is zero or less at ${stampSeconds(ruin)}: figures made of returns are not defined`);
  if (sampled.equity.length < points) {
    remarks.push(`returns are those of ${sampled.equity.length} daily closes; drawdowns and exposure are of all ${points} points`);
  }
  const years = yearsOf(curve);
  if (years < 1) remarks.push(`the curve spans ${Math.round(years * 365.25)} days: figures by the year are extrapolated`);
  if (matched !== undefined && matched < sampled.equity.length) {
    remarks.push(
      `the benchmark has ${matched} of the ${sampled.equity.length} ${sampled.period}s of the curve; the others are left out against it`,
    );
  }
  return remarks;
}

function firstRuin({ timestamp, equity }: Series): number | undefined {
  for (let nth = 0; nth < equity.length; nth++) if (!((equity[nth] as number) > 0)) return timestamp[nth];
  return undefined;
}
