/** An approved intent becomes an order here: it is in the books, and its exposure reserved, before it is on the wire. */
import type { Books, Market } from '#server/domain/books.ts';
import { siblingOf } from '#server/domain/closing.ts';
import type { Approved, Intent } from '#server/domain/decision.ts';
import { type OrderId, orderId, requestOf, stopSideOf } from '#server/domain/ids.ts';
import { ZERO_MONEY, ZERO_QUANTITY } from '#server/domain/money.ts';
import { isFinal, isProtective, type Order } from '#server/domain/order.ts';
import { type OcoTerms, type OrderTerms, termsOf } from '#server/domain/order-terms.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import type { Turn } from './turn.ts';

export function place(books: Books, market: Market, intent: Approved<Intent>, turn: Turn): OrderId {
  const id = orderId(books.run, books.seq, turn.commands.length);
  enter(books, market, intent, id, turn);
  turn.commands.push({ kind: 'place', order: id, intent });
  return id;
}

/** Puts the order, or both orders of a pair, into the books under its id; recovery does so too, for those that the journal remembers. */
export function enter(books: Books, market: Market, intent: Intent, id: OrderId, turn: Turn): void {
  if (intent.type === 'oco') {
    const stopSide = stopSideOf(id);
    note(books, market, orderOf(intent, { id, sibling: stopSide, exit: 'takeProfit' }, ofTakeProfit(intent), books.at), turn);
    note(books, market, orderOf(intent, { id: stopSide, sibling: id, exit: intent.exit }, ofStopLoss(intent), books.at), turn);
  } else {
    note(books, market, orderOf(intent, { id, sibling: undefined, exit: intent.exit }, termsOf(intent), books.at), turn);
  }
  const { at } = books;
  books.lastActivityAt = at;
  if (intent.purpose !== 'open') return;
  while (books.sentAt.length > 0 && at - (books.sentAt[0] as number) >= MINUTE_MS) books.sentAt.shift();
  books.sentAt.push(at);
}

const ofTakeProfit = ({ limitPrice }: OcoTerms): OrderTerms => ({ type: 'limit', limitPrice });
const ofStopLoss = ({ stopPrice }: OcoTerms): OrderTerms => ({ type: 'stop', stopPrice });

function orderOf(intent: Intent, own: Pick<Order, 'id' | 'sibling' | 'exit'>, terms: OrderTerms, at: Instant): Order {
  return {
    ...own,
    ...terms,
    symbol: intent.symbol,
    side: intent.side,
    quantity: intent.quantity,
    timeInForce: intent.timeInForce,
    purpose: intent.purpose,
    portfolio: intent.portfolio,
    deployments: intent.deployments,
    reason: intent.reason,
    createdAt: at,
    expectedPrice: intent.expectedPrice,
    status: 'submitting',
    withdrawn: false,
    brokerId: undefined,
    filled: ZERO_QUANTITY,
    filledNotional: ZERO_MONEY,
    executions: [],
    updatedAt: at,
    refusal: undefined,
    notFound: 0,
    askedAt: at,
  };
}

function note(books: Books, market: Market, order: Order, turn: Turn): void {
  books.orders.set(order.id, order);
  market.openOrders.push(order);
  books.openOrderCount++;
  turn.changed.add(order);
}

/** Asks the broker to cancel; the order stays open in the books until the broker's evidence. One cancel ends both orders of a pair. */
export function cancel(books: Books, order: Order, turn: Turn): void {
  if (isFinal(order.status) || order.status === 'cancelling') return;
  const sibling = siblingOf(books, order);
  const isLead = sibling === undefined || isFinal(sibling.status) || requestOf(order.id) !== sibling.id;
  const asked = isLead ? order : sibling;
  turn.commands.push({ kind: 'cancel', order: asked.id, brokerId: asked.brokerId });
  withdrawn(books, order, turn);
}

/** Not again while the first cancel has not been answered: of an order that may not be there yet, the answer may take a minute. */
export function cancelOnce(books: Books, order: Order, turn: Turn): void {
  if (!order.withdrawn || order.status === 'working') cancel(books, order, turn);
}

/** A cancel of the order is on its way. */
export function withdrawn(books: Books, order: Order, turn: Turn): void {
  for (const one of [order, siblingOf(books, order)]) {
    if (one === undefined || isFinal(one.status)) continue;
    one.withdrawn = true;
    expectEnd(one, turn);
  }
}

/** It is asked for until it has ended. Unknown and submitting orders keep their status: they must still be asked for. */
export function expectEnd(order: Order, turn: Turn): void {
  if (order.status === 'working') order.status = 'cancelling';
  turn.changed.add(order);
}

/** All but what protects: that stays when nobody is here any more. */
export function cancelUnprotective(books: Books, turn: Turn): void {
  for (const market of books.markets.values()) {
    for (const order of market.openOrders) if (!isProtective(order)) cancel(books, order, turn);
  }
}
