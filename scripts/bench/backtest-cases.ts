/** The backtests that are measured. */

import type { AgentKind } from '#server/agents/agent.ts';
import { agents } from '#server/agents/registry.ts';
import { agentPlan } from '#server/backtest/agent-plan.ts';
import { backtest } from '#server/backtest/backtest.ts';
import { DEFAULT_FILL } from '#server/backtest/request.ts';
import { tradingHours } from '#server/backtest/trading-hours.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { DeploymentId } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { parseMoney } from '#server/domain/money.ts';
import type { DeploymentPlan, Plan } from '#server/domain/plan.ts';
import { MINUTE } from '#server/domain/timeframe.ts';

export const FAST = 20;
export const SLOW = 50;
const FRACTION = 0.1;

const kindOf = (name: string): AgentKind => agents[name] as AgentKind;

function run(bars: readonly BarColumns[], plan: Plan): number {
  const { sessions } = tradingHours(bars, 'always');
  const instruments = bars.map(({ symbol }) => equity(symbol));
  return backtest({
    bars,
    instruments,
    cash: parseMoney('100000'),
    fill: DEFAULT_FILL,
    keepsDecisions: false,
    work: { kind: 'plan', plan, sessions },
  }).fills.length;
}

/** A cross of averages on one symbol, through the whole engine; how many fills there were. */
export function crossBacktest(bars: BarColumns): number {
  const kind = kindOf('ma-cross');
  const config = kind.schema.parse({ fast: FAST, slow: SLOW });
  return run([bars], agentPlan({ kind, config, symbols: [bars.symbol], fraction: FRACTION, mayShort: false }));
}

const PANEL = ['ma-cross', 'rsi-reversion', 'macd-trend'];

/** Three agents who have to agree, on every symbol. */
export function panelBacktest(bars: readonly BarColumns[]): number {
  const symbols = bars.map(({ symbol }) => symbol);
  const plan = agentPlan({ kind: kindOf('ma-cross'), config: {}, symbols, fraction: 1 / symbols.length, mayShort: false });
  const deployments = PANEL.map((name): DeploymentPlan => {
    const config = kindOf(name).schema.parse({});
    return { id: name as DeploymentId, agent: name, weight: 1, timeframe: MINUTE, hire: () => kindOf(name).hire(config) };
  });
  const blend = { enterAt: 0.3, exitBelow: 0.1, minAgreement: 0.6, minQuorum: 0.5 };
  return run(bars, { ...plan, portfolios: plan.portfolios.map((portfolio) => ({ ...portfolio, blend, deployments })) });
}
