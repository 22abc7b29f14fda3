/**
 * What becomes of an order. Facts before status: a fill always counts, once; a status is only believed as far as the
 * fills that we hold bear it out. Silence, and "not found", are not refusals.
 */
import type { Books, Market } from '#server/domain/books.ts';
import { siblingOf } from '#server/domain/closing.ts';
import { feeOf } from '#server/domain/fees.ts';
import { type BrokerOrderId, type OrderId, parseOrderId, requestOf } from '#server/domain/ids.ts';
import { assetClassOf } from '#server/domain/instrument.ts';
import { type Money, notional, type Quantity } from '#server/domain/money.ts';
import { canMove, type Fill, isFinal, isProtective, type Order, type OrderStatus } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { applyFill } from '#server/domain/position.ts';
import type { OrderView } from '#server/domain/statement.ts';
import { cancel, enter, expectEnd } from './act.ts';
import { setScreen } from './day.ts';
import { noteHolding } from './episode.ts';
import { marketOf } from './genesis.ts';
import { alert, type Turn } from './turn.ts';

/** "Not found" this often in a row means that the order never arrived: a minute, since answers are this far apart. */
export const NOT_FOUND_IS_NEVER = 20;
export const ASK_EVERY_MS = 3_000;
/** Refusals of our own: they never left. */
const NOT_THE_BROKERS: readonly string[] = ['WITHDRAWN', 'KILL_LATCH'];
const NEVER_ARRIVED = 'NEVER_ARRIVED';

export function onAccepted(books: Books, id: OrderId, brokerId: BrokerOrderId, turn: Turn): void {
  const order = books.orders.get(id);
  if (order === undefined) return;
  order.brokerId = brokerId;
  order.notFound = 0;
  if (order.status === 'submitting' || order.status === 'unknown') move(books, order, 'working', turn);
  else if (order.status === 'rejected') revive(books, order, turn);
  turn.changed.add(order);
}

export function onRejected(books: Books, refused: { order: OrderId; code: string; reason: string }, turn: Turn): void {
  const order = books.orders.get(refused.order);
  if (order === undefined || isFinal(order.status)) return;
  for (const one of ofRequest(books, order)) {
    one.refusal = `${refused.code}: ${refused.reason}`;
    move(books, one, 'rejected', turn);
  }
  if (!NOT_THE_BROKERS.includes(refused.code)) noteRefusal(books, order, turn);
  // Our own second thoughts are no news.
  if (refused.code !== 'WITHDRAWN') alert(turn, 'orderRejected', `${order.id} ${order.side} ${order.symbol}: ${order.refusal}`);
}

export function onUnknown(books: Books, id: OrderId, reason: string, turn: Turn): void {
  const order = books.orders.get(id);
  if (order === undefined || order.status !== 'submitting') return;
  for (const one of ofRequest(books, order)) {
    one.refusal = reason;
    move(books, one, 'unknown', turn);
    ask(books, one, turn);
  }
}

/** The order, and what shares its request's fate: the stop-loss of a pair went out with its take-profit. */
function ofRequest(books: Books, order: Order): Order[] {
  const sibling = siblingOf(books, order);
  const isShared = sibling !== undefined && sibling.status === order.status && requestOf(sibling.id) === order.id;
  return isShared ? [order, sibling] : [order];
}

export function onNotFound(books: Books, id: OrderId, turn: Turn): void {
  const order = books.orders.get(id);
  if (order === undefined || isFinal(order.status)) return;
  turn.changed.add(order);
  order.notFound++;
  if (order.notFound < NOT_FOUND_IS_NEVER) return;
  order.refusal = `${NEVER_ARRIVED}: the broker did not know it ${order.notFound} times in a row`;
  alert(turn, 'orderLost', `${order.id} ${order.side} ${order.symbol}: ${order.refusal}`);
  move(books, order, 'rejected', turn);
}

export function onSeen(books: Books, view: OrderView, turn: Turn): void {
  const order = books.orders.get(view.id);
  if (order === undefined) {
    seeForeign(books, view, turn);
    return;
  }
  order.brokerId = view.brokerId;
  order.notFound = 0;
  turn.changed.add(order);
  // The broker counts executions that we have not seen: fetch them before believing any ending.
  if (view.filled > order.filled) {
    turn.commands.push({ kind: 'reconcile' });
    if (isFinal(view.status)) return;
  }
  const lost = order.status === 'rejected' && !isFinal(view.status);
  if (lost) revive(books, order, turn);
  else if (isBorneOut(order, view) && canMove(order.status, view.status)) end(books, order, view.status, turn);
  // Once given up for lost, it is wanted no more, whatever an older view says.
  if (order.status === 'working' && order.refusal?.startsWith(NEVER_ARRIVED)) cancel(books, order, turn);
}

/** "Filled" is what the fills say: that an order of a pair is, for less than its quantity, only the broker knows. */
const isBorneOut = (order: Order, { status, filled }: OrderView): boolean =>
  status !== 'filled' || (filled > 0n && filled === order.filled);

/** An ending that nobody asked for is as good as a refusal. */
function end(books: Books, order: Order, status: OrderStatus, turn: Turn): void {
  move(books, order, status, turn);
  if (!order.withdrawn && (status === 'cancelled' || status === 'rejected')) noteRefusal(books, order, turn);
}

/** For some time the broker is not asked again for the same. */
function noteRefusal(books: Books, order: Order, turn: Turn): void {
  const { guard, leaving } = marketOf(books, order.symbol);
  const sibling = siblingOf(books, order);
  // Of a pair the other one goes on: the take-profit ends when the stop-loss fires.
  if (order.purpose === 'open' || (sibling !== undefined && !isFinal(sibling.status))) return;
  if (!isProtective(order)) {
    if (leaving !== undefined) leaving.refusedAt = books.at;
    return;
  }
  if (guard !== undefined) guard.refusedAt = books.at;
  const isWatched = guard?.episode !== undefined;
  if (isWatched)
    alert(turn, 'unprotected', `${order.symbol}: order ${order.id} does not protect it any more; the engine watches its exits`);
}

/** An order that we had given up for lost has appeared: it is tracked again, and withdrawn at once. */
function revive(books: Books, order: Order, turn: Turn): void {
  const place = books.finished.indexOf(order.id);
  if (place >= 0) books.finished.splice(place, 1);
  books.openOrderCount++;
  marketOf(books, order.symbol).openOrders.push(order);
  order.status = 'working';
  cancel(books, order, turn);
}

function seeForeign(books: Books, view: OrderView, turn: Turn): void {
  if (isFinal(view.status)) books.externalOrders.delete(view.brokerId);
  else if (!books.externalOrders.has(view.brokerId)) {
    books.externalOrders.add(view.brokerId);
    alert(turn, 'externalOrder', `order ${view.brokerId} ${view.side} ${view.symbol} was not given by this daemon`);
  }
}

export function onFill(books: Books, plan: Plan, fill: Fill, turn: Turn): void {
  const market = marketOf(books, fill.symbol);
  const known = books.orders.get(fill.order);
  // Ours, and forgotten: it ended thousands of orders ago, so this fill was counted then.
  if (known === undefined && parseOrderId(fill.order)?.run === books.run) return;
  const order = known ?? adopt(books, market, fill, turn);
  if (order.executions.includes(fill.executionId)) return;
  order.executions.push(fill.executionId);
  order.filled = (order.filled + fill.quantity) as Quantity;
  order.filledNotional = (order.filledNotional + notional(fill.price, fill.quantity)) as Money;
  order.updatedAt = books.at;
  const fee = fill.fee ?? feeOf(plan.fees, assetClassOf(fill.symbol), fill);
  books.cash = (books.cash + applyFill(market.position, fill, fee)) as Money;
  noteHolding(books, market);
  books.lastActivityAt = books.at;
  setScreen(books, plan.limits);
  turn.changed.add(order);
  turn.material = true;
  if (order.filled >= order.quantity - (siblingOf(books, order)?.filled ?? 0n)) move(books, order, 'filled', turn);
  else if (order.status === 'submitting' || order.status === 'unknown') move(books, order, 'working', turn);
  else if (order.status === 'rejected') revive(books, order, turn);
}

/** A fill of an order that is not ours: the shares are real, so it gets an order in the books. */
function adopt(books: Books, market: Market, fill: Fill, turn: Turn): Order {
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
  alert(turn, 'externalOrder', `a fill of ${fill.order} ${fill.side} ${fill.symbol} was not asked for by this daemon`);
  return books.orders.get(fill.order) as Order;
}

/** Asks the broker what became of it. */
export function ask(books: Books, order: Order, turn: Turn): void {
  order.askedAt = books.at;
  turn.commands.push({ kind: 'ask', order: order.id });
  turn.changed.add(order);
}

function move(books: Books, order: Order, status: OrderStatus, turn: Turn): void {
  const before = order.status;
  order.status = status;
  order.updatedAt = books.at;
  turn.changed.add(order);
  turn.material = true;
  if (isFinal(status) && !isFinal(before)) finish(books, order, turn);
  if (status === 'filled' && before !== 'filled') books.filledOrderCount++;
}

function finish(books: Books, order: Order, turn: Turn): void {
  const market = marketOf(books, order.symbol);
  const place = market.openOrders.indexOf(order);
  if (place >= 0) market.openOrders.splice(place, 1);
  books.openOrderCount--;
  // The broker ends the other one of a pair; until it says so it is asked.
  const sibling = siblingOf(books, order);
  if (sibling !== undefined && !isFinal(sibling.status)) expectEnd(sibling, turn);
  // After an exit that agents wanted the other side may be wanted; after one by rule, and the kill switch's own, nothing is.
  if (order.purpose === 'reduce' && order.portfolio !== undefined && order.exit === undefined) market.reconsider = true;
  books.finished.push(order.id);
  if (books.finished.length > books.keptFinishedOrders) books.orders.delete(books.finished.shift() as OrderId);
}
