/**
 * A lock: for some time nothing is opened of a symbol, by a portfolio, or where a deployment has a vote. Exits pass. It ends at `until`, but never
 * while its cause persists.
 */
import type { AssetSymbol, DeploymentId, PortfolioId } from './ids.ts';
import type { Instant } from './time.ts';

export type LockScope =
  | { readonly kind: 'symbol'; readonly symbol: AssetSymbol }
  | { readonly kind: 'portfolio'; readonly portfolio: PortfolioId }
  | { readonly kind: 'deployment'; readonly deployment: DeploymentId };

/** Who or what placed it: a person, or a rule. */
export const LOCK_CAUSES = ['operator', 'cooldown', 'losingStreak', 'notTradable', 'booksDiffer', 'repeatedOrders'] as const;
export type LockCause = (typeof LOCK_CAUSES)[number];

export interface Lock {
  readonly id: number;
  readonly scope: LockScope;
  readonly cause: LockCause;
  readonly by: string;
  readonly reason: string;
  readonly since: Instant;
  /** Nothing: until it is removed. */
  readonly until: Instant | undefined;
  /** Its cause persists: it stays, also beyond `until`. */
  readonly isCauseThere: boolean;
}

/** When a portfolio locks itself; nothing of a rule that is not set. */
export interface LockPolicy {
  /** How long a symbol is left alone after a stop closed it at a loss. */
  readonly cooldownAfterStopMs: number | undefined;
  /** So many losses in a row lock the portfolio for so long. */
  readonly losingStreak: { readonly trades: number; readonly lockMs: number } | undefined;
}

export const isSameScope = (a: LockScope, b: LockScope): boolean => a.kind === b.kind && nameOf(a) === nameOf(b);

/** The symbol, or the id. */
export function nameOf(scope: LockScope): string {
  if (scope.kind === 'symbol') return scope.symbol;
  return scope.kind === 'portfolio' ? scope.portfolio : scope.deployment;
}

export const scopeText = (scope: LockScope): string => (scope.kind === 'symbol' ? scope.symbol : `${scope.kind} ${nameOf(scope)}`);

interface Opening {
  readonly symbol: AssetSymbol;
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
}

/** The first that stands in the way of an opening order. */
export function lockOn(locks: readonly Lock[], { symbol, portfolio, deployments }: Opening): Lock | undefined {
  return locks.find(({ scope }) => {
    if (scope.kind === 'symbol') return scope.symbol === symbol;
    return scope.kind === 'portfolio' ? scope.portfolio === portfolio : deployments.includes(scope.deployment);
  });
}
