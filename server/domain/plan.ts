/** The plan of a run: portfolios with their agents, the limits, the fees. Comes from the configuration; the engine only reads it. */
import type { AgentAtWork } from './agent.ts';
import type { ExitPolicy } from './exits.ts';
import type { FeeSchedule } from './fees.ts';
import type { AssetSymbol, DeploymentId, PortfolioId } from './ids.ts';
import type { Limits } from './limits.ts';
import type { LockPolicy } from './lock.ts';
import type { SizingPolicy } from './sizing.ts';
import type { Timeframe } from './timeframe.ts';

export interface DeploymentPlan {
  readonly id: DeploymentId;
  /** The agent's registered name, for people. */
  readonly agent: string;
  readonly weight: number;
  /** Which bars it sees. One minute: each bar of the stream; anything longer: what `BarAggregator` makes of them. */
  readonly timeframe: Timeframe;
  readonly hire: () => AgentAtWork;
}

/** When votes become a position: all four are settings of the portfolio (ratios between 0 and 1). */
export interface BlendPolicy {
  readonly enterAt: number;
  readonly exitBelow: number;
  readonly minAgreement: number;
  readonly minQuorum: number;
}

export interface PortfolioPlan {
  readonly id: PortfolioId;
  readonly symbols: readonly AssetSymbol[];
  readonly deployments: readonly DeploymentPlan[];
  readonly blend: BlendPolicy;
  readonly sizing: SizingPolicy;
  /** How positions are left that the agents would keep; nothing: not at all. */
  readonly exits: ExitPolicy | undefined;
  /** When it locks itself; nothing: never. */
  readonly locks: LockPolicy | undefined;
  /** Part of the account's equity that this portfolio sizes on, 0 to 1. */
  readonly capitalFraction: number;
  readonly mayShort: boolean;
}

export interface Plan {
  readonly portfolios: readonly PortfolioPlan[];
  readonly limits: Limits;
  readonly fees: FeeSchedule;
}
