/** What agents say and what becomes of it: signal → vote → target. No quantity appears before sizing. */
import type { AssetSymbol, DeploymentId, PortfolioId } from './ids.ts';
import type { Instant } from './time.ts';

export type Direction = 'up' | 'flat' | 'down';

/** A dated claim of an agent. `flat` is an opinion (nothing to hold); having no signal is none. */
export interface Signal {
  readonly symbol: AssetSymbol;
  readonly direction: Direction;
  /** 0 to 1; each agent states what its confidence means. */
  readonly confidence: number;
  /** How long the claim holds, in milliseconds of market time; nothing: until the agent says something else. */
  readonly horizonMs: number | undefined;
  /** In words, with the numbers that decided. */
  readonly reason: string;
}

/** A signal with its sender and its time: what the store keeps and the API lists. */
export interface DatedSignal extends Signal {
  readonly deployment: DeploymentId;
  readonly portfolio: PortfolioId;
  readonly at: Instant;
}

/** The newest live signal of one deployment for one symbol, weighed at decision time. */
export interface Vote {
  readonly deployment: DeploymentId;
  readonly direction: Direction;
  readonly confidence: number;
  /** Direction times confidence times decay, −1 to 1. */
  readonly value: number;
  readonly weight: number;
  readonly reason: string;
}

/** What a portfolio would like to hold of a symbol, as a blend of its votes. */
export interface Target {
  readonly portfolio: PortfolioId;
  readonly symbol: AssetSymbol;
  /** −1 (fully short) to 1 (fully long); 0 is out. */
  readonly stance: number;
  readonly action: 'enter' | 'exit' | 'hold';
  /** Weighted mean of the votes, −1 to 1. */
  readonly score: number;
  /** |Σwv| / Σw|v|: 1 when all awake votes agree. */
  readonly agreement: number;
  /** Awake deployments over all deployments of the portfolio. */
  readonly quorum: number;
  readonly reason: string;
}
