/** The plan of a run out of the configuration, and its canonical text: the same plan is the same text, whoever wrote the file. */
import { agents } from '#server/agents/registry.ts';
import type { Distance, ExitPolicy } from '#server/domain/exits.ts';
import type { AssetSymbol, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import type { LockPolicy } from '#server/domain/lock.ts';
import { formatFixed } from '#server/domain/money.ts';
import type { DeploymentPlan, Plan, PortfolioPlan } from '#server/domain/plan.ts';
import { measureOf } from '#server/domain/sizing.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { type WarmUp, warmUpFor } from '#server/domain/warm-up.ts';
import type { Config } from './config.ts';
import { limitsOf } from './limits.ts';
import { sizingPolicy } from './sizing.ts';
import { timeframeOf } from './values.ts';

type Portfolio = Config['portfolios'][number];

export type PlanSettings = Pick<Config, 'portfolios' | 'limits' | 'fees'>;

export function planOf({ portfolios, limits, fees }: PlanSettings): { plan: Plan; planText: string } {
  const plans = portfolios.map(portfolioPlan);
  const symbols = plans.flatMap((portfolio) => portfolio.symbols);
  const plan = { portfolios: plans, limits: limitsOf(limits, symbols), fees };
  return { plan, planText: canonical({ portfolios, limits, fees }) };
}

/** The past that lets every agent of a symbol speak: what is configured, or what the slowest of them needs. */
export function warmUpOf({ feed, portfolios }: Pick<Config, 'feed' | 'portfolios'>): (symbol: AssetSymbol) => WarmUp {
  const warmUps = new Map<string, WarmUp>();
  for (const { symbols, deployments, exits, sizing } of portfolios) {
    const agentsNeed = deployments.map(({ agent, config, timeframe }) => ({
      timeframe: timeframeOf(timeframe),
      bars: agents[agent]?.warmUpBars(config) ?? 0,
    }));
    const range = exitPolicy(exits)?.range;
    const needs = [{ timeframe: MINUTE, bars: feed.warmUpBars }, ...agentsNeed];
    if (range !== undefined) needs.push({ timeframe: range.timeframe, bars: range.period + 1 });
    const measure = measureOf(sizingPolicy(sizing, symbols.length));
    if (measure !== undefined) needs.push({ timeframe: measure.timeframe, bars: measure.period + 1 });
    for (const symbol of symbols) warmUps.set(symbol, warmUpFor(symbol, needs));
  }
  return (symbol) => warmUps.get(symbol) ?? { minutes: feed.warmUpBars, longer: [] };
}

type Exits = Portfolio['exits'];
type Setting = Exits['stopLoss'];

function evenAfter(setting: Exits['breakEven']): ExitPolicy['breakEven'] {
  return setting?.risk === undefined ? distanceOf(setting) : { risks: setting.risk };
}

/** The schema let either pass. */
function distanceOf(setting: Pick<NonNullable<Setting>, 'percent' | 'atr'> | undefined): Distance | undefined {
  if (setting?.percent !== undefined) return { percent: setting.percent };
  return setting?.atr === undefined ? undefined : { ranges: setting.atr };
}

/** Nothing when no rule is set. */
function exitPolicy(exits: Exits): ExitPolicy | undefined {
  const { timeStopMinutes, atrPeriod, atrTimeframe, stopLimitPercent } = exits;
  const rules = {
    stopLoss: distanceOf(exits.stopLoss),
    takeProfit: distanceOf(exits.takeProfit),
    trailingStop: distanceOf(exits.trailingStop),
    breakEven: evenAfter(exits.breakEven),
    timeStopMs: timeStopMinutes === undefined ? undefined : timeStopMinutes * MINUTE_MS,
  };
  const set = Object.values(rules).filter((rule) => rule !== undefined);
  if (set.length === 0) return undefined;
  const isMeasured = set.some((rule) => typeof rule === 'object' && 'ranges' in rule);
  const range = isMeasured ? { period: atrPeriod, timeframe: timeframeOf(atrTimeframe) } : undefined;
  return { ...rules, breakEvenOffsetPercent: exits.breakEven?.offsetPercent ?? 0, range, stopLimitPercent };
}

/** Nothing when no rule is set. */
function lockPolicy({ cooldownAfterStopMinutes, losingStreak, losingStreakMinutes }: Portfolio['locks']): LockPolicy | undefined {
  if (cooldownAfterStopMinutes === undefined && losingStreak === undefined) return undefined;
  return {
    cooldownAfterStopMs: cooldownAfterStopMinutes === undefined ? undefined : cooldownAfterStopMinutes * MINUTE_MS,
    losingStreak: losingStreak === undefined ? undefined : { trades: losingStreak, lockMs: losingStreakMinutes * MINUTE_MS },
  };
}

function portfolioPlan({ id, symbols, deployments, blend, sizing, exits, locks, capitalFraction, mayShort }: Portfolio): PortfolioPlan {
  return {
    id: id as PortfolioId,
    symbols: symbols.map((symbol) => symbol as AssetSymbol),
    deployments: deployments.map(deploymentPlan),
    blend,
    sizing: sizingPolicy(sizing, symbols.length),
    exits: exitPolicy(exits),
    locks: lockPolicy(locks),
    capitalFraction,
    mayShort,
  };
}

function deploymentPlan({ id, agent, weight, timeframe, config }: Portfolio['deployments'][number]): DeploymentPlan {
  const kind = agents[agent];
  if (kind === undefined) throw new RangeError(`no agent is called ${agent}`);
  return { id: id as DeploymentId, agent, weight, timeframe: timeframeOf(timeframe), hire: () => kind.hire(config) };
}

/** JSON with sorted keys; money as decimals. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return formatFixed(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
