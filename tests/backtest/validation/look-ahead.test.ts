/** Agents that know the future are named, each in a world that shows it; honest ones are not. All run through the engine. */
import { describe, expect, test } from 'vitest';
import { agents } from '#server/agents/registry.ts';
import { agentPlan } from '#server/backtest/agent-plan.ts';
import { DEFAULT_FILL } from '#server/backtest/request.ts';
import { tradingHours } from '#server/backtest/trading-hours.ts';
import { findLookAhead, type Panel } from '#server/backtest/validation/look-ahead.ts';
import { opinionsOf } from '#server/backtest/validation/opinions.ts';
import type { AgentAtWork } from '#server/domain/agent.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol, DeploymentId } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { parseMoney } from '#server/domain/money.ts';
import type { DeploymentPlan, Plan } from '#server/domain/plan.ts';
import { market } from './market.ts';

/** What an agent thinks at a bar; it has the columns it was built from at hand, as a careless one would. */
type Thought = (columns: BarColumns, at: number) => number;

const agentOf =
  (columns: BarColumns, thought: Thought): (() => AgentAtWork) =>
  () => {
    let at = -1;
    return {
      onBar() {
        at++;
        const value = thought(columns, at);
        if (value === 0 || Number.isNaN(value)) return undefined;
        return { direction: value > 0 ? 'up' : 'down', confidence: 0.5, horizonMs: undefined, reason: 'test' };
      },
      save: () => at,
      load: (memory) => {
        at = memory as number;
      },
    };
  };

const close = (columns: BarColumns, at: number): number => columns.close[at] as number;

const honest = (): Thought => (columns, at) => (at % 7 === 0 && at > 0 ? close(columns, at) - close(columns, at - 1) : 0);
/** The planted sins: the next bar's close, the bar ten on, and the mean of the whole history. */
const nextBar = (): Thought => (columns, at) => (at % 11 === 0 ? close(columns, at + 1) - close(columns, at) : 0);
const tenOn = (): Thought => (columns, at) =>
  at % 13 === 0 && at + 10 < columns.length ? close(columns, at + 10) - close(columns, at) : 0;
const wholeMean = (columns: BarColumns): Thought => {
  const mean = columns.close.reduce((sum, one) => sum + one, 0) / columns.length;
  return (_, at) => (at % 5 === 0 ? close(columns, at) - mean : 0);
};

function panelOf(bars: readonly BarColumns[], minds: Readonly<Record<string, (columns: BarColumns) => Thought>>): Panel {
  const kind = agents['ma-cross'] as NonNullable<(typeof agents)[string]>;
  const base = agentPlan({ kind, config: kind.schema.parse({}), symbols: bars.map(({ symbol }) => symbol), fraction: 0.5, mayShort: true });
  return (world, reveal) => {
    const deployments = Object.entries(minds).map(
      ([name, mind]): DeploymentPlan => ({
        ...(base.portfolios[0]?.deployments[0] as DeploymentPlan),
        id: name as DeploymentId,
        hire: agentOf(world[0] as BarColumns, mind(world[0] as BarColumns)),
      }),
    );
    const plan: Plan = { ...base, portfolios: base.portfolios.map((portfolio) => ({ ...portfolio, deployments })) };
    const instruments = bars.map(({ symbol }) => equity(symbol));
    const request = { bars, instruments, cash: parseMoney('100000'), fill: DEFAULT_FILL };
    return opinionsOf({ request, sessions: tradingHours(bars, 'always').sessions, plan, reveal });
  };
}

describe('the look-ahead detector', () => {
  const bars = [market(200, 3)];

  test('names those who leak, and nobody else', () => {
    const report = findLookAhead(panelOf(bars, { honest, nextBar, tenOn, wholeMean }), bars, 1);
    expect(report.leaks.map(({ deployment }) => deployment).sort()).toEqual(['nextBar', 'tenOn', 'wholeMean']);
    expect(report.leaks.every(({ differing }) => differing > 0)).toBe(true);
  });

  test('an honest panel is clean', () => {
    expect(findLookAhead(panelOf(bars, { honest }), bars, 1)).toEqual({ opinions: 28, leaks: [] });
  });

  test('who gets by without a next bar is found by another future', () => {
    // Says what it says at the end of the real history whenever there is no next bar.
    const sly = (): Thought => (columns, at) => {
      if (at % 11 !== 0) return 0;
      const next = at + 1 < columns.length ? close(columns, at + 1) : close(bars[0] as BarColumns, Math.min(at + 1, 199));
      return next - close(columns, at);
    };
    expect(findLookAhead(panelOf(bars, { sly }), bars, 1).leaks[0]).toMatchObject({ deployment: 'sly', world: 'otherFuture' });
  });

  test('another symbol’s future is a future too, though it ends with the same minute', () => {
    const two = [bars[0] as BarColumns, { ...market(200, 4), symbol: 'BBB' as AssetSymbol }];
    const crossed = (): Thought => (columns, at) => (at % 9 === 0 && at > 0 ? close(columns, at + 1) - close(columns, at) : 0);
    const report = findLookAhead(panelOf(two, { honest, crossed }), two, 1);
    expect(report.leaks.map(({ deployment }) => deployment)).toEqual(['crossed']);
  });

  test('every built-in agent is honest', () => {
    const long = [market(1_500, 9)];
    for (const kind of Object.values(agents)) {
      const plan = agentPlan({ kind, config: kind.schema.parse({}), symbols: ['AAA' as AssetSymbol], fraction: 0.5, mayShort: true });
      const request = { bars: long, instruments: [equity('AAA')], cash: parseMoney('100000'), fill: DEFAULT_FILL };
      const panel: Panel = (_, reveal) => opinionsOf({ request, sessions: tradingHours(long, 'always').sessions, plan, reveal });
      expect(findLookAhead(panel, long, 1).leaks).toEqual([]);
    }
  });
});
