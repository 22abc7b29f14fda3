/** What controls do beside refusing: where a row has become too long the latch closes, or the symbol is locked. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Verdict } from '#server/domain/decision.ts';
import type { Limits } from '#server/domain/limits.ts';
import { repeatedOrders } from '#server/risk/controls/repeated-orders.ts';
import { engage } from './kill.ts';
import { placeLock } from './locks.ts';
import type { Turn } from './turn.ts';

/** Asked before the event that follows, so that a recovery does it at the same place. */
export function escalate(books: Books, limits: Limits, turn: Turn): void {
  const { risk } = books;
  risk.isDue = false;
  // It is in the snapshot: a tick that takes it away is journalled, or a replay would still have it.
  turn.material = true;
  const stop = (control: string, reason: string): void => engage(books, { level: 'reduceOnly', by: `risk.${control}`, reason }, turn);
  if (risk.unfilledInRow >= limits.maxUnfilledOrders)
    stop('unfilledOrders', `${risk.unfilledInRow} entries in a row ended with nothing filled, the limit is ${limits.maxUnfilledOrders}`);
  if (risk.rejectedInRow >= limits.maxRejectedOrders)
    stop('rejectedOrders', `${risk.rejectedInRow} entries in a row were refused, the limit is ${limits.maxRejectedOrders}`);
}

/** An entry was refused because the same was given too often: time alone does not free the symbol. */
export function lockThrottled(books: Books, { symbol }: Market, verdict: Verdict | undefined, turn: Turn): void {
  const refusal = verdict?.kind === 'refused' ? verdict.because.find(({ rule }) => rule === repeatedOrders.name) : undefined;
  if (refusal === undefined) return;
  const scope = { kind: 'symbol', symbol } as const;
  const by = `risk.${repeatedOrders.name}`;
  placeLock(books, { scope, cause: 'repeatedOrders', by, reason: refusal.reason, until: undefined, isCauseThere: false }, turn);
}
