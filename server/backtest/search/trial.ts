/** One trial: an agent with one set of parameters over the bars, and what of its result a search keeps. */
import { type AgentKind, agentOver } from '#server/agents/agent.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { cryptoPair, equity, type Instrument, isCryptoSymbol } from '#server/domain/instrument.ts';
import { formatFixed, type Money } from '#server/domain/money.ts';
import { agentPlan } from '../agent-plan.ts';
import { backtest } from '../backtest.ts';
import { periodReturns } from '../metrics/returns.ts';
import { sample } from '../metrics/sampling.ts';
import { summarise } from '../metrics/summarise.ts';
import type { Summary } from '../metrics/summary.ts';
import type { FillSettings } from '../request.ts';
import type { BacktestResult } from '../result.ts';
import { type Hours, tradingHours } from '../trading-hours.ts';
import type { Point } from './space.ts';

/** Everything but the parameters. */
export interface TrialTerms {
  /** Part of the equity in each entry. */
  readonly fraction: number;
  readonly mayShort: boolean;
  readonly hours: Hours;
  readonly fill: FillSettings;
  readonly cash: Money;
  /** A metric whose largest value is best; with a minus before it, the smallest. */
  readonly objective: string;
}

export interface TrialResult {
  /** Larger is better; nothing when the metric is not defined for the result. */
  readonly score: number | null;
  readonly finalEquity: string;
  readonly trades: number;
  readonly metrics: Summary;
  /** Of each day, or of what the bars have that is longer. */
  readonly returns: Float64Array;
}

/** How the bars' symbols trade. */
export const instrumentsOf = (bars: readonly BarColumns[]): Instrument[] =>
  bars.map(({ symbol }) => (isCryptoSymbol(symbol) ? cryptoPair(symbol) : equity(symbol)));

/** How many returns every trial over these bars has: as many as an account that does nothing. */
export function instantsOf(bars: readonly BarColumns[], { fill, cash }: TrialTerms): number {
  return dailyReturns(backtest({ bars, instruments: instrumentsOf(bars), cash, fill, work: { kind: 'script', orders: [] } })).length;
}

/** The agent over the bars, by the same engine as everything else. */
export function runAgent(kind: AgentKind, config: unknown, bars: readonly BarColumns[], terms: TrialTerms): BacktestResult {
  const symbols = bars.map(({ symbol }) => symbol);
  const { fraction, mayShort, hours, fill, cash } = terms;
  const plan = agentPlan({ kind: agentOver(kind, bars), config, symbols, fraction, mayShort });
  return backtest({
    bars,
    instruments: instrumentsOf(bars),
    cash,
    fill,
    work: { kind: 'plan', plan, sessions: tradingHours(bars, hours).sessions },
  });
}

/** `point` goes over `set`; the schema has accepted both together. */
export function runTrial(kind: AgentKind, set: Point, point: Point, bars: readonly BarColumns[], terms: TrialTerms): TrialResult {
  const result = runAgent(kind, kind.schema.parse({ ...set, ...point }), bars, terms);
  return trialResult(result, terms.objective);
}

export function trialResult(result: BacktestResult, objective: string): TrialResult {
  const metrics = summarise(result);
  return {
    score: scoreOf(metrics, objective),
    finalEquity: formatFixed(result.finalEquity),
    trades: result.trades.length,
    metrics,
    returns: dailyReturns(result),
  };
}

/** Returns from one sampled point to the next; a ruined account has none and gets zeros, so that rows keep their length. */
export function dailyReturns({ curve }: Pick<BacktestResult, 'curve'>): Float64Array {
  const { equity: points } = sample(curve, undefined);
  return periodReturns(points) ?? new Float64Array(Math.max(0, points.length - 1));
}

/** The metric with its sign. */
export function scoreOf(metrics: Summary, objective: string): number | null {
  const isLess = objective.startsWith('-');
  const value = (metrics as unknown as Readonly<Record<string, unknown>>)[isLess ? objective.slice(1) : objective];
  if (typeof value !== 'number') return null;
  return isLess ? -value : value;
}
