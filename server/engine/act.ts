/** An approved intent becomes an order here: it is in the books, and its exposure reserved, before it is on the wire. */
import type { Books, Market } from '#server/domain/books.ts';
import { rowOf } from '#server/domain/broker-status.ts';
import { siblingOf } from '#server/domain/closing.ts';
import type { Approved, Intent } from '#server/domain/decision.ts';
import { type OrderId, orderId, stopSideOf } from '#server/domain/ids.ts';
import { toNumber, ZERO_MONEY, ZERO_QUANTITY } from '#server/domain/money.ts';
import { isFinal, isProtective, type Order } from '#server/domain/order.ts';
import { limitPriceOf, type OcoTerms, type OrderTerms, stopPriceOf, trailOf } from '#server/domain/order-terms.ts';
import { mayCancelAgain } from '#server/domain/request.ts';
import { GIVEN_COUNTS_MS } from '#server/domain/risk-state.ts';
import { noteEntry } from '#server/domain/tape.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { settle } from './order-life.ts';
import type { Turn } from './turn.ts';

export function place(books: Books, market: Market, intent: Approved<Intent>, turn: Turn): OrderId {
  const id = orderId(books.run, books.seq, turn.commands.length);
  enter(books, market, intent, id, turn);
  turn.commands.push({ kind: 'place', order: id, intent });
  return id;
}

/** Moves an order without a moment in which none is at work: until the broker says which of the two is, both are watched. */
export function replace(books: Books, market: Market, order: Order, intent: Approved<Intent>, turn: Turn): OrderId {
  const id = orderId(books.run, books.seq, turn.commands.length);
  enter(books, market, intent, id, turn);
  turn.commands.push({ kind: 'replace', order: id, replaces: order.id, brokerId: order.brokerId, intent });
  return id;
}

/** Puts the order, or both orders of a pair, into the books under its id; recovery does so too, for those that the journal remembers. */
export function enter(books: Books, market: Market, intent: Intent, id: OrderId, turn: Turn): void {
  if (intent.type === 'oco') {
    const stopSide = stopSideOf(id);
    note(books, market, orderOf(intent, { id, sibling: stopSide, exit: 'takeProfit' }, ofTakeProfit(intent), books.at), turn);
    note(books, market, orderOf(intent, { id: stopSide, sibling: id, exit: intent.exit }, ofStopLoss(intent), books.at), turn);
  } else {
    const replaced = intent.replaces === undefined ? undefined : books.orders.get(intent.replaces);
    if (replaced !== undefined) replaced.replacedBy = id;
    note(books, market, orderOf(intent, { id, sibling: replaced?.sibling, exit: intent.exit }, intent, books.at), turn);
  }
  const { at } = books;
  books.lastActivityAt = at;
  if (intent.purpose !== 'open') return;
  keepMinute(books.sentAt, at);
  noteEntry(market.tape, intent, at);
  const { risk } = books;
  risk.given = risk.given.filter((one) => at - one.at <= GIVEN_COUNTS_MS);
  risk.given.push({ at, dollars: toNumber(intent.expectedPrice) * toNumber(intent.quantity) });
}

/** Of what happened within a minute there is one more. */
function keepMinute(instants: Instant[], at: Instant): void {
  while (instants.length > 0 && at - (instants[0] as number) >= MINUTE_MS) instants.shift();
  instants.push(at);
}

/** Not Omit, which forgets what is optional in only some of a union. */
type OrderWish = Pick<
  Intent,
  'symbol' | 'side' | 'quantity' | 'timeInForce' | 'purpose' | 'replaces' | 'portfolio' | 'deployments' | 'reason' | 'expectedPrice'
>;

const ofTakeProfit = ({ limitPrice }: OcoTerms): OrderTerms => ({ type: 'limit', limitPrice });
const ofStopLoss = ({ stopPrice }: OcoTerms): OrderTerms => ({ type: 'stop', stopPrice });

/**
 * An order before anything happened to it; its fields always in this order, so that text of it is comparable. One literal for
 * every kind, because spreading costs as much as several bars: a price that its kind has not is undefined, which JSON leaves out.
 */
export function orderOf(intent: OrderWish, own: Pick<Order, 'id' | 'sibling' | 'exit'>, terms: OrderTerms, at: Instant): Order {
  return {
    id: own.id,
    sibling: own.sibling,
    exit: own.exit,
    type: terms.type,
    stopPrice: stopPriceOf(terms),
    limitPrice: limitPriceOf(terms),
    trail: trailOf(terms),
    replaces: intent.replaces,
    replacedBy: undefined,
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
    request: 'submitting',
    cancel: undefined,
    withdrawn: false,
    ending: undefined,
    brokerId: undefined,
    broker: undefined,
    contradiction: undefined,
    filled: ZERO_QUANTITY,
    filledNotional: ZERO_MONEY,
    executions: [],
    recountedAt: undefined,
    updatedAt: at,
    refusal: undefined,
    gapSince: undefined,
    absence: undefined,
    askedAt: at,
    asked: 0,
    alarms: [],
  } as Order;
}

function note(books: Books, market: Market, order: Order, turn: Turn): void {
  books.orders.set(order.id, order);
  market.openOrders.push(order);
  books.openOrderCount++;
  turn.changed.add(order);
}

/**
 * Asks the broker to cancel, unless it was asked already and has not said since that the order lives; the order stays open in the books
 * until the broker's evidence. One cancel ends both orders of a pair.
 */
export function cancel(books: Books, order: Order, turn: Turn): void {
  if (isFinal(order.status) || order.ending !== undefined) return;
  const sibling = siblingOf(books, order);
  const isLead = sibling === undefined || isFinal(sibling.status) || order.type === 'limit';
  const asked = isLead ? order : sibling;
  if (!takesCancel(asked, books.at)) return;
  turn.commands.push({ kind: 'cancel', order: asked.id, brokerId: asked.brokerId });
  withdrawn(books, asked, turn);
}

const takesCancel = ({ broker, cancel: request }: Order, at: Instant): boolean =>
  (broker === undefined || rowOf(broker.status).mayCancel) && (request === undefined || mayCancelAgain(request, at));

/** A cancel of the order is on its way. Recovery says so too, of those that the journal remembers. */
export function withdrawn(books: Books, order: Order, turn: Turn): void {
  const { at } = books;
  const before = order.cancel;
  const isNoted = before?.sentAt === at && before.attempts > 0;
  if (!isNoted) keepMinute(books.risk.cancelledAt, at);
  order.cancel = { state: 'submitting', attempts: isNoted ? before.attempts : (before?.attempts ?? 0) + 1, sentAt: at };
  for (const one of [order, siblingOf(books, order)]) {
    if (one === undefined || isFinal(one.status)) continue;
    one.withdrawn = true;
    one.ending = at;
    settle(books, one, turn);
  }
}

/** All but what protects: that stays when nobody is here any more. */
export function cancelUnprotective(books: Books, turn: Turn): void {
  for (const market of books.markets.values()) {
    for (const order of market.openOrders) if (!isProtective(order)) cancel(books, order, turn);
  }
}
