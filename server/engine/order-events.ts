/**
 * What becomes of an order. Facts before status: a fill always counts, once; a status is only believed as far as the
 * fills that we hold bear it out. Silence, and "not found", are not refusals, and a refused cancel means: ask.
 */
import type { Books } from '#server/domain/books.ts';
import { siblingOf } from '#server/domain/closing.ts';
import { isAdopted } from '#server/domain/external-orders.ts';
import { type BrokerOrderId, type OrderId, parseOrderId, requestOf } from '#server/domain/ids.ts';
import type { Quantity } from '#server/domain/money.ts';
import { executionNamed, type Fill, isFinal, type Order } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { CANCEL_ATTEMPTS, moved, type RequestState } from '#server/domain/request.ts';
import type { OrderView } from '#server/domain/statement.ts';
import type { Instant } from '#server/domain/time.ts';
import { cancel } from './act.ts';
import { ask } from './asking.ts';
import { join, noteEvidence, noteNews } from './broker-word.ts';
import { book, noteGap } from './fills.ts';
import { marketOf } from './genesis.ts';
import { NOT_THE_BROKERS, noteRefusal, settle } from './order-life.ts';
import { reclaim } from './reclaiming.ts';
import { noteReplacement, replacedOf } from './replacing.ts';
import { suspectStranger } from './split-brain.ts';
import { adopt, seeForeign } from './strangers.ts';
import { alarm, alert, type Turn } from './turn.ts';

export function onAccepted(books: Books, id: OrderId, brokerId: BrokerOrderId, turn: Turn): void {
  const order = books.orders.get(id);
  if (order === undefined) return;
  order.brokerId = brokerId;
  const isUnexpected = isGivenUp(order);
  noteEvidence(order);
  noteReplacement(books, order, turn);
  if (isUnexpected) takeBack(books, order, turn);
  settle(books, order, turn);
}

/** Only believed of an order that nobody has seen: evidence goes above an answer. */
export function onRejected(books: Books, refused: { order: OrderId; code: string; reason: string }, turn: Turn): void {
  const order = books.orders.get(refused.order);
  if (order === undefined || isFinal(order.status)) return;
  if (order.request === 'acked') {
    alarm(turn, order, 'brokerContradicts', `refused (${refused.code}: ${refused.reason}) after it was seen`);
    ask(books, order, turn);
    return;
  }
  if (order.replaces !== undefined && !NOT_THE_BROKERS.includes(refused.code)) {
    doubtReplacement(books, order, `${refused.code}: ${refused.reason}`, turn);
    return;
  }
  for (const one of ofRequest(books, order)) {
    one.refusal = `${refused.code}: ${refused.reason}`;
    one.request = moved(one.request, 'refused');
    settle(books, one, turn);
  }
  if (!NOT_THE_BROKERS.includes(refused.code)) noteRefusal(books, order, turn);
  // Our own second thoughts are no news.
  if (refused.code !== 'WITHDRAWN') alert(turn, 'orderRejected', `${order.id} ${order.side} ${order.symbol}: ${order.refusal}`);
}

/** A replacement that was refused has been seen to happen all the same: both orders are asked for, and nothing is concluded before. */
function doubtReplacement(books: Books, order: Order, reason: string, turn: Turn): void {
  order.refusal = reason;
  order.request = moved(order.request, 'unknown');
  settle(books, order, turn);
  for (const one of [order, replacedOf(books, order)]) if (one !== undefined && !isFinal(one.status)) ask(books, one, turn);
}

export function onUnknown(books: Books, id: OrderId, reason: string, turn: Turn): void {
  const order = books.orders.get(id);
  if (order === undefined || order.request !== 'submitting') return;
  for (const one of ofRequest(books, order)) {
    one.refusal = reason;
    one.request = moved(one.request, 'unknown');
    settle(books, one, turn);
    ask(books, one, turn);
  }
  const replaced = replacedOf(books, order);
  if (replaced !== undefined && !isFinal(replaced.status)) ask(books, replaced, turn);
}

/** The order, and what shares its request's fate: the stop-loss of a pair went out with its take-profit. */
function ofRequest(books: Books, order: Order): Order[] {
  const sibling = siblingOf(books, order);
  const isShared = sibling !== undefined && sibling.request === order.request && requestOf(sibling.id) === order.id;
  return isShared ? [order, sibling] : [order];
}

/** `answeredAt`: when it was asked for, where this is the answer. */
export function onSeen(books: Books, view: OrderView, answeredAt: Instant | undefined, turn: Turn): void {
  const order = books.orders.get(view.id);
  if (order === undefined || isAdopted(order)) {
    seeForeign(books, view, order, turn);
    return;
  }
  const isUnexpected = isGivenUp(order);
  join(books, order, view, answeredAt, turn);
  // The broker counts executions that we have not seen: no ending is believed before they are fetched.
  noteReplacement(books, order, turn);
  if (view.filled > order.filled) turn.commands.push({ kind: 'reconcile' });
  if (isUnexpected) takeBack(books, order, turn);
  settle(books, order, turn);
  if (order.withdrawn) cancel(books, order, turn);
}

const isGivenUp = ({ request }: Order): boolean => request === 'refused' || request === 'abandoned';

/** An order that was refused, or given up for lost, has appeared: it is tracked again, and withdrawn at once. */
function takeBack(books: Books, order: Order, turn: Turn): void {
  alarm(turn, order, 'brokerContradicts', `it is at the broker after all; it is taken in, and cancelled (${order.refusal})`);
  settle(books, order, turn);
  cancel(books, order, turn);
}

/** What came of a request to cancel. A refusal says nothing of whether the order lives; nor does silence: it is asked for. */
export function onCancel(books: Books, id: OrderId, state: RequestState, turn: Turn): void {
  const order = books.orders.get(id);
  if (order === undefined || isFinal(order.status)) return;
  turn.changed.add(order);
  const { cancel: request } = order;
  if (request !== undefined) order.cancel = { ...request, state: moved(request.state, state) };
  if (state === 'acked') return;
  if (state === 'refused' && request !== undefined && request.attempts >= CANCEL_ATTEMPTS) {
    order.cancel = { ...request, state: 'abandoned' };
    alarm(turn, order, 'orderStuck', `${request.attempts} cancels were refused, and it is not said to have ended; cancel it at the broker`);
  }
  ask(books, order, turn);
}

function isForgotten(books: Books, id: OrderId): boolean {
  const place = parseOrderId(id);
  return place?.run === books.run && place.seq <= books.seq;
}

export function onFill(books: Books, plan: Plan, fill: Fill, turn: Turn): void {
  const market = marketOf(books, fill.symbol);
  const known = books.orders.get(fill.order);
  // Ours, and forgotten: it ended thousands of orders ago, so this fill was counted then.
  if (known === undefined && isForgotten(books, fill.order)) return;
  // A stranger's from before the first statement is in it.
  if (known === undefined && fill.at < books.openingUntil) return;
  if ((known === undefined || isAdopted(known)) && isToldOfAnother(books, known, fill)) return;
  if (known === undefined) suspectStranger(books, fill.order, turn);
  const order = known ?? adopt(books, market, fill, turn);
  if (isTold(books, order, fill, turn)) return;
  const isUnexpected = isGivenUp(order);
  if (isAdopted(order)) order.quantity = (order.filled + fill.quantity) as Quantity;
  else if (isFinal(order.status) && !isUnexpected)
    alarm(turn, order, 'lateFill', `it was ${order.status}, and ${fill.executionId} has filled more of it; the fill counts`);
  if (!reclaim(books, order, fill, turn)) book(books, plan, order, fill, turn);
  noteGap(books, order);
  noteEvidence(order);
  noteNews(order);
  turn.material = true;
  settle(books, order, turn);
  if (isUnexpected && !isFinal(order.status)) takeBack(books, order, turn);
}

/**
 * The stop-loss of a pair has no name of ours at the broker: once another order stands in its place, a process that was started since takes
 * its executions for a stranger's. An execution is one, whatever its order is called.
 */
function isToldOfAnother(books: Books, known: Order | undefined, { symbol, executionId }: Fill): boolean {
  for (const order of books.orders.values())
    if (order !== known && order.symbol === symbol && executionNamed(order, executionId) !== undefined) return true;
  return false;
}

/** Told before: the first telling counts. One that differs from it is not another execution, and one of the two is wrong. */
function isTold(books: Books, order: Order, { executionId, quantity, price }: Fill, turn: Turn): boolean {
  const told = executionNamed(order, executionId);
  if (told === undefined) return false;
  // It was corrected since.
  if (told.executionId !== executionId) return true;
  if (told.quantity === quantity && told.price === price) return true;
  alarm(turn, order, 'brokerContradicts', `execution ${executionId} was told twice, with another quantity or price; the first one counts`);
  if (!isFinal(order.status)) ask(books, order, turn);
  turn.commands.push({ kind: 'reconcile' });
  return true;
}
