/**
 * What a latch of the kill switch is about: the whole account, or a part of what is traded. Each scope has a latch of its own; the level
 * in force for an order is the highest over the scopes that it belongs to.
 */
import type { AssetSymbol, DeploymentId, PortfolioId } from './ids.ts';
import { type EngagedLevel, higher, KILL_LEVELS, type KillLatch, type KillLevel } from './kill.ts';

export type PartialScope = `portfolio:${string}` | `deployment:${string}` | `symbol:${string}`;
export type KillScope = 'account' | PartialScope;

export const SCOPE_PATTERN = /^(?:account|portfolio:.+|deployment:.+|symbol:.+)$/;

/** The engaged latches of scopes that are less than the account. */
export type PartialLatches = ReadonlyMap<PartialScope, KillLatch>;

/** What an order, or an intent, belongs to. */
export interface KillSubject {
  readonly symbol: AssetSymbol;
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
}

const NOT_FOR: Readonly<Record<string, readonly EngagedLevel[]>> = {
  // Several deployments hold one position together: which part of it is one's own nobody can say.
  deployment: ['flatten', 'sever'],
  portfolio: ['sever'],
  symbol: ['sever'],
};

const kindOf = (scope: KillScope): string => scope.split(':', 1)[0] ?? '';

/** The levels that a latch of this scope can have. */
export const levelsOf = (scope: KillScope): EngagedLevel[] =>
  KILL_LEVELS.filter((level): level is EngagedLevel => level !== 'armed' && NOT_FOR[kindOf(scope)]?.includes(level) !== true);

export const symbolScope = (symbol: AssetSymbol): PartialScope => `symbol:${symbol}`;
const portfolioScope = (portfolio: PortfolioId): PartialScope => `portfolio:${portfolio}`;
export const deploymentScope = (deployment: DeploymentId): PartialScope => `deployment:${deployment}`;

/** Whether a latch of that scope has a say in it. */
export function concerns(scope: KillScope, { symbol, portfolio, deployments }: KillSubject): boolean {
  if (scope === 'account' || scope === symbolScope(symbol)) return true;
  return (portfolio !== undefined && scope === portfolioScope(portfolio)) || deployments.some((one) => scope === deploymentScope(one));
}

/** The latches that have a say in it, the account's first: one place decides which is the highest. */
export function levelFor(account: KillLevel, partial: PartialLatches, subject: KillSubject): KillLevel {
  if (partial.size === 0) return account;
  let level = account;
  for (const [scope, latch] of partial) if (concerns(scope, subject)) level = higher(level, latch.level);
  return level;
}

/** The name of a scope as people read it in a sentence, empty for the account. */
export const ofScope = (scope: KillScope): string => (scope === 'account' ? '' : ` of ${scope}`);
