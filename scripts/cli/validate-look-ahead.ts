/** The look-ahead detector over an agent with whatever it works out of the bars beforehand. */
import { agentOver } from '#server/agents/agent.ts';
import { agentPlan } from '#server/backtest/agent-plan.ts';
import { instrumentsOf } from '#server/backtest/search/trial.ts';
import { tradingHours } from '#server/backtest/trading-hours.ts';
import { findLookAhead, type LookAheadReport } from '#server/backtest/validation/look-ahead.ts';
import { opinionsOf } from '#server/backtest/validation/opinions.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { ValidationOptions } from './validate-options.ts';

export function lookAhead({ kind, terms, seed }: ValidationOptions, config: unknown, bars: readonly BarColumns[]): LookAheadReport {
  const { fraction, mayShort, hours, fill, cash } = terms(bars.length);
  const symbols = bars.map(({ symbol }) => symbol);
  const request = { bars, instruments: instrumentsOf(bars), cash, fill };
  const { sessions } = tradingHours(bars, hours);
  return findLookAhead(
    (world, reveal) => {
      const own = agentOver(kind, world, world !== bars);
      return opinionsOf({ request, sessions, plan: agentPlan({ kind: own, config, symbols, fraction, mayShort }), reveal });
    },
    bars,
    seed,
  );
}
