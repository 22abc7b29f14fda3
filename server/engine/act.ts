/** An approved intent becomes an order here: it is in the books, and its exposure reserved, before it is on the wire. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Approved, Intent } from '#server/domain/decision.ts';
import { type OrderId, orderId } from '#server/domain/ids.ts';
import { ZERO_MONEY, ZERO_QUANTITY } from '#server/domain/money.ts';
import { isFinal, type Order } from '#server/domain/order.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Turn } from './turn.ts';

export function place(books: Books, market: Market, intent: Approved<Intent>, turn: Turn): OrderId {
  const id = orderId(books.run, books.seq, turn.commands.length);
  enter(books, market, intent, id, turn);
  turn.commands.push({ kind: 'place', order: id, intent });
  return id;
}

/** Puts the order into the books under its id; recovery does so too, for orders that the journal remembers. */
export function enter(books: Books, market: Market, intent: Intent, id: OrderId, turn: Turn): void {
  const { at } = books;
  const order: Order = {
    id,
    symbol: intent.symbol,
    side: intent.side,
    quantity: intent.quantity,
    type: intent.type,
    limitPrice: intent.limitPrice,
    timeInForce: intent.timeInForce,
    purpose: intent.purpose,
    portfolio: intent.portfolio,
    deployments: intent.deployments,
    reason: intent.reason,
    createdAt: at,
    expectedPrice: intent.expectedPrice,
    status: 'submitting',
    brokerId: undefined,
    filled: ZERO_QUANTITY,
    filledNotional: ZERO_MONEY,
    executions: [],
    updatedAt: at,
    refusal: undefined,
    notFound: 0,
    askedAt: at,
  };
  books.orders.set(id, order);
  market.openOrders.push(order);
  books.openOrderCount++;
  books.lastActivityAt = at;
  while (books.sentAt.length > 0 && at - (books.sentAt[0] as number) >= MINUTE_MS) books.sentAt.shift();
  books.sentAt.push(at);
  turn.changed.add(order);
}

/** Asks the broker to cancel; the order stays open in the books until the broker's evidence. */
export function cancel(order: Order, turn: Turn): void {
  if (isFinal(order.status) || order.status === 'cancelling') return;
  // Unknown and submitting orders keep their status: they must still be asked for.
  if (order.status === 'working') order.status = 'cancelling';
  turn.changed.add(order);
  turn.commands.push({ kind: 'cancel', order: order.id, brokerId: order.brokerId });
}

export function cancelAll(books: Books, turn: Turn): void {
  for (const market of books.markets.values()) for (const order of market.openOrders) cancel(order, turn);
}
