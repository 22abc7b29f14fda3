/** A plan for one agent alone: its opinion is the decision, and no limit stands in its way but the money. */
import type { AgentKind } from '#server/agents/agent.ts';
import type { AssetSymbol, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import { WITHOUT_LIMITS } from '#server/domain/limits.ts';
import type { Plan } from '#server/domain/plan.ts';
import { MINUTE } from '#server/domain/timeframe.ts';

export interface AgentAlone {
  readonly kind: AgentKind;
  /** As its schema has made it. */
  readonly config: unknown;
  readonly symbols: readonly AssetSymbol[];
  /** Part of the equity that an entry is worth. */
  readonly fraction: number;
  readonly mayShort: boolean;
}

/** Any opinion with a side enters, and what no longer carries the position leaves it. */
const ANY = 1e-9;
export function agentPlan({ kind, config, symbols, fraction, mayShort }: AgentAlone): Plan {
  // Whatever the bars are: it sees each of them.
  const deployment = { id: kind.name as DeploymentId, agent: kind.name, weight: 1, timeframe: MINUTE, hire: () => kind.hire(config) };
  return {
    portfolios: [
      {
        id: 'backtest' as PortfolioId,
        symbols,
        deployments: [deployment],
        blend: { enterAt: ANY, exitBelow: ANY, minAgreement: 0, minQuorum: 0 },
        sizing: { kind: 'fixedFraction', fraction },
        exits: undefined,
        locks: undefined,
        capitalFraction: 1,
        mayShort,
      },
    ],
    limits: WITHOUT_LIMITS,
    // What the broker keeps, it says with each fill.
    fees: { cryptoTakerBasisPoints: 0 },
  };
}
