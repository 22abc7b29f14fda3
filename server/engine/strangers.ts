/**
 * Orders on the account that are not ours. Each is told once and kept as the broker last told of it, since it can still trade: until it is
 * said to be over its worth is reserved. Its fills are real, so they get an order in the books to hang on.
 */
import type { Books, Market } from '#server/domain/books.ts';
import { isOver } from '#server/domain/broker-status.ts';
import type { OrderId } from '#server/domain/ids.ts';
import type { Fill, Order } from '#server/domain/order.ts';
import type { OrderView } from '#server/domain/statement.ts';
import { enter } from './act.ts';
import { suspectStranger } from './split-brain.ts';
import { alert, type Turn } from './turn.ts';

/** `adopted`: what its fills hang on, where some have come. */
export function seeForeign(books: Books, view: OrderView, adopted: Order | undefined, turn: Turn): void {
  const known = books.externalOrders.get(view.brokerId);
  if (known !== undefined && isOlder(view, known)) return;
  // More than we were told of: what it has traded must not be missing from both its rest and the position for long.
  if (known !== undefined && view.filled > known.filled && view.filled > (adopted?.filled ?? 0n)) turn.commands.push({ kind: 'reconcile' });
  if (isOver(view.brokerStatus)) {
    books.externalOrders.delete(view.brokerId);
    return;
  }
  books.externalOrders.set(view.brokerId, view);
  if (known !== undefined || adopted !== undefined) return;
  alert(turn, 'externalOrder', `order ${view.brokerId} ${view.side} ${view.symbol} was not given by this daemon`);
  suspectStranger(books, view.id, turn);
}

/** By the broker's own clock, where it says the time; an ending is believed whenever it comes. */
const isOlder = (view: OrderView, known: OrderView): boolean =>
  !isOver(view.brokerStatus) && (view.updatedAt ?? 0) < (known.updatedAt ?? 0);

/** Those that the broker does not list any more are asked for: a list may leave out what is there. */
export function askForStrangers(books: Books, listed: ReadonlySet<OrderId>, turn: Turn): void {
  for (const { id, brokerId } of books.externalOrders.values())
    if (!listed.has(id)) turn.commands.push({ kind: 'ask', order: id, brokerId });
}

/** A fill of an order that is not ours: the shares are real, so it gets an order in the books. */
export function adopt(books: Books, market: Market, fill: Fill, turn: Turn): Order {
  const intent = {
    symbol: fill.symbol,
    side: fill.side,
    quantity: fill.quantity,
    type: 'market' as const,
    timeInForce: 'day' as const,
    purpose: 'open' as const,
    exit: undefined,
    expectedPrice: fill.price,
    portfolio: undefined,
    deployments: [],
    reason: 'given outside this daemon',
  };
  enter(books, market, intent, fill.order, turn);
  books.adopted.add(fill.order);
  alert(turn, 'externalOrder', `a fill of ${fill.order} ${fill.side} ${fill.symbol} was not asked for by this daemon`);
  return books.orders.get(fill.order) as Order;
}
