/** How much of a position the open orders already close: two orders of which one is filled close it once. */
import type { Books, Market } from './books.ts';
import { smaller } from './money.ts';
import { isFinal, type Order, unfilled } from './order.ts';

/** The other order of its pair, while it is remembered. */
export const siblingOf = (books: Books, order: Order): Order | undefined =>
  order.sibling === undefined ? undefined : books.orders.get(order.sibling);

/** What the order can still take off the position; nothing for the stop-loss of a pair whose take-profit stands for both. */
export function closedBy(books: Books, order: Order): bigint {
  const sibling = siblingOf(books, order);
  if (sibling === undefined) return unfilled(order) - smaller(claimedBefore(books, order), unfilled(order));
  if (!isFinal(sibling.status) && order.type !== 'limit') return 0n;
  // The take-profit is never moved: of what it was for, the pair has left what neither it nor any stop-loss of the line has sold.
  const takeProfit = order.type === 'limit' ? order : sibling;
  const stopLoss = order.type === 'limit' ? sibling : order;
  const left = unfilled(takeProfit) - filledInLine(books, stopLoss) - claimedBefore(books, order);
  return left > 0n ? left : 0n;
}

/** What the order has filled, and those in whose place it stands. */
function filledInLine(books: Books, order: Order): bigint {
  let filled: bigint = order.filled;
  for (let one: Order | undefined = order; one?.replaces !== undefined; filled += one?.filled ?? 0n) one = books.orders.get(one.replaces);
  return filled;
}

/** What the order claims in whose place it is to stand, as long as that may be at work: of the two the larger counts. */
function claimedBefore(books: Books, { replaces }: Order): bigint {
  const replaced = replaces === undefined ? undefined : books.orders.get(replaces);
  return replaced === undefined || isFinal(replaced.status) ? 0n : unfilled(replaced);
}

export function closingQuantity(books: Books, market: Market): bigint {
  let closing = 0n;
  for (const order of market.openOrders) if (order.purpose === 'reduce') closing += closedBy(books, order);
  return closing;
}
