/** How much of a position the open orders already close: two orders of which one is filled close it once. */
import type { Books, Market } from './books.ts';
import { stopSideOf } from './ids.ts';
import { isFinal, type Order, unfilled } from './order.ts';

/** The other order of its pair, while it is remembered. */
export const siblingOf = (books: Books, order: Order): Order | undefined =>
  order.sibling === undefined ? undefined : books.orders.get(order.sibling);

/** What the order can still take off the position; nothing for the stop-loss of a pair whose take-profit stands for both. */
export function closedBy(books: Books, order: Order): bigint {
  const sibling = siblingOf(books, order);
  if (sibling === undefined) return unfilled(order);
  if (!isFinal(sibling.status) && order.id === stopSideOf(sibling.id)) return 0n;
  const left = unfilled(order) - sibling.filled;
  return left > 0n ? left : 0n;
}

export function closingQuantity(books: Books, market: Market): bigint {
  let closing = 0n;
  for (const order of market.openOrders) if (order.purpose === 'reduce') closing += closedBy(books, order);
  return closing;
}
