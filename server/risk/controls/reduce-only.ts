/** P28 an order that is said to reduce never does more than close what is held. */
import { closingQuantity } from '#server/domain/closing.ts';
import { unfilled } from '#server/domain/order.ts';
import type { Case, Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

/**
 * It may close at most what is held and not already being closed: more would be an opening in disguise. One that takes the place of
 * another may close as much as that.
 */
function overreaches({ intent, books, market }: Case): boolean {
  if (intent.purpose === 'open') return false;
  const { quantity } = market.position;
  const replaced = intent.replaces === undefined ? undefined : books.orders.get(intent.replaces);
  if (replaced !== undefined) return intent.side !== replaced.side || intent.quantity > unfilled(replaced);
  return intent.quantity > (intent.side === 'sell' ? quantity : -quantity) - closingQuantity(books, market);
}

export const reduceOnly: Control = {
  name: 'reduceOnly',
  id: 'P28',
  term: 'reduce-only guard',
  answers: '15c3-5(c)(1)(ii)',
  limit: undefined,
  asks: 'always',
  rule: (question) => (overreaches(question) ? 'it would do more than close the position' : undefined),
  measure: () => ofOrder(undefined, 'none'),
};
