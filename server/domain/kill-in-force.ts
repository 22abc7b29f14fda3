/** The level in force in the books for one market or one order, over all scopes that have a say in it. */
import type { Books, Market } from './books.ts';
import type { KillLatch, KillLevel } from './kill.ts';
import { concerns, type KillScope, type KillSubject, levelFor, type PartialScope } from './kill-scope.ts';

type Latches = Pick<Books, 'kill' | 'latches'>;

export const levelOf = ({ kill, latches }: Latches, subject: KillSubject): KillLevel => levelFor(kill.level, latches, subject);

/** For what is done about the whole of a market: a latch of one deployment alone has no say in that. */
export const levelOfMarket = ({ kill, latches }: Latches, { symbol, portfolio }: Market): KillLevel =>
  latches.size === 0 ? kill.level : levelFor(kill.level, latches, { symbol, portfolio: portfolio?.id, deployments: [] });

/** The engaged latch of a scope. */
export const latchOf = ({ kill, latches }: Latches, scope: KillScope): KillLatch | undefined => {
  if (scope !== 'account') return latches.get(scope);
  return kill.level === 'armed' ? undefined : kill;
};

/** The scope of the engaged latch that has this id. */
export function scopeOfLatch({ kill, latches }: Latches, latchId: number): KillScope | undefined {
  if (kill.level !== 'armed' && kill.latchId === latchId) return 'account';
  for (const [scope, latch] of latches) if (latch.latchId === latchId) return scope;
  return undefined;
}

/** The latch that holds it, the highest of those that have a say in it. */
export function holderOf(books: Latches, subject: KillSubject): KillLatch | undefined {
  const level = levelOf(books, subject);
  return engagedLatches(books).find(([scope, latch]) => latch.level === level && concerns(scope, subject))?.[1];
}

/** Whether anything is traded under that name: a latch of a scope that nobody knows would hold nothing back. */
export function isKnownScope({ markets }: Pick<Books, 'markets'>, scope: KillScope): boolean {
  if (scope === 'account') return true;
  for (const { symbol, portfolio } of markets.values()) {
    if (concerns(scope, { symbol, portfolio: portfolio?.id, deployments: portfolio?.deployments.map(({ id }) => id) ?? [] })) return true;
  }
  return false;
}

/** All that are engaged, the account's first. */
export const engagedLatches = ({ kill, latches }: Latches): [KillScope, KillLatch][] => [
  ...(kill.level === 'armed' ? [] : [['account', kill] as [KillScope, KillLatch]]),
  ...(latches as ReadonlyMap<PartialScope, KillLatch>),
];
