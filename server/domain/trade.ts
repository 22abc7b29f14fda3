/** A trade: a position from flat to flat, and what came of it in multiples of what it put at risk. */
import type { AssetSymbol, DeploymentId } from './ids.ts';
import type { Money } from './money.ts';
import type { ExitRule } from './order.ts';
import type { Instant } from './time.ts';

export interface OpenTrade {
  readonly side: 1 | -1;
  /** What the symbol had realised before it. */
  readonly realisedBefore: Money;
  /** Whose votes opened it. */
  readonly deployments: readonly DeploymentId[];
  /** Dollars that the most that was held of it would have lost at its first stop; nothing where it had none. */
  risk: Money | undefined;
}

export interface ClosedTrade {
  readonly symbol: AssetSymbol;
  readonly deployments: readonly DeploymentId[];
  readonly closedAt: Instant;
  /** After fees. */
  readonly profit: Money;
  /** The profit over what was at risk; nothing where that is not known. */
  readonly riskMultiple: number | undefined;
  /** The rule that closed it; nothing when agents, the kill switch or somebody else did. */
  readonly exit: ExitRule | undefined;
}
