/**
 * What the broker says of an order, joined to what it said before. Facts only grow: the most that it counted as filled, its newest word.
 * Which of two words is newer is told by the broker's own clock, so it does not matter in which order, or how often, they arrive. A word
 * that can not follow the one before it is not believed and not dismissed: the order counts as unknown until the broker was asked.
 */

import type { Books } from '#server/domain/books.ts';
import { canFollow, isKnownStatus, isOver, rowOf } from '#server/domain/broker-status.ts';
import type { BrokerWord, Order } from '#server/domain/order.ts';
import { moved } from '#server/domain/request.ts';
import type { OrderView } from '#server/domain/statement.ts';
import { type Instant, SECOND_MS } from '#server/domain/time.ts';
import { ask } from './asking.ts';
import { noteGap } from './fills.ts';
import { alarm, type Turn } from './turn.ts';

/** So long after a cancel the answer that an order lives may be older than the cancel. */
const CANCEL_TAKES_MS = 3 * SECOND_MS;

/** `answeredAt`: when the question was asked to which this is the answer; nothing for what came by itself. */
export function join(books: Books, order: Order, view: OrderView, answeredAt: Instant | undefined, turn: Turn): void {
  noteEvidence(order);
  order.brokerId ??= view.brokerId;
  const before = order.broker;
  const isAnswer = answeredAt !== undefined;
  const isLater = before === undefined || isNews(before, view) || isTakenBack(order, before, view, answeredAt);
  const isPossible = before === undefined || isAnswer || !isLater || mayFollow(before.status, view.brokerStatus);
  const word = isLater && isPossible ? view : before;
  const isCount = order.recountedAt === undefined || (view.updatedAt ?? 0) >= order.recountedAt;
  const most = before !== undefined && (before.filled >= view.filled || !isCount) ? before : view;
  order.broker = { status: wordOf(word), updatedAt: word.updatedAt, filled: most.filled, averageFillPrice: most.averageFillPrice };
  if (before === undefined || before.status !== order.broker.status || before.filled !== order.broker.filled) noteNews(order);
  if (isAnswer || (word === view && isOver(view.brokerStatus))) order.contradiction = undefined;
  if (order.replaces !== undefined && view.quantity > 0n && view.quantity < order.quantity) order.quantity = view.quantity;
  noteGap(books, order);
  if (isAnswer) noteAlive(order, order.broker, answeredAt);
  if (!isPossible) doubt(books, order, view.brokerStatus, turn);
  if (!isKnownStatus(order.broker.status))
    alarm(turn, order, 'brokerContradicts', `its status is "${order.broker.status}", which we do not know; it counts as at work`);
}

function doubt(books: Books, order: Order, word: string, turn: Turn): void {
  order.contradiction = word;
  const what = `"${word}" can not follow "${order.broker?.status}"; it counts as unknown until the broker was asked`;
  alarm(turn, order, 'brokerContradicts', what);
  ask(books, order, turn);
}

/** Whoever has said that it is there: our request arrived. */
export function noteEvidence(order: Order): void {
  order.request = moved(order.request, 'acked');
  order.absence = undefined;
}

/** Something new was said: what was tried in vain may be tried again. */
export function noteNews(order: Order): void {
  order.asked = 0;
  const { cancel } = order;
  if (cancel !== undefined && (cancel.state === 'refused' || cancel.state === 'abandoned'))
    order.cancel = { ...cancel, state: 'refused', attempts: 0 };
}

const wordOf = (word: OrderView | BrokerWord): string => ('brokerStatus' in word ? word.brokerStatus : word.status);

const mayFollow = (first: string, second: string): boolean => (isOver(first) && isOver(second)) || canFollow(first, second);

/** Newer than what is known. Of two endings it is the one that says more, whatever the clock says: an end is an end. */
function isNews(before: BrokerWord, view: OrderView): boolean {
  if (isOver(before.status) && isOver(view.brokerStatus)) return rowOf(view.brokerStatus).rank > rowOf(before.status).rank;
  return isOver(view.brokerStatus) || isNewer(before, view);
}

/** What was under way is not any more, and the broker did not set its clock for that: so says an answer that had time to know. */
function isTakenBack({ ending, updatedAt }: Order, before: BrokerWord, view: OrderView, answeredAt: Instant | undefined): boolean {
  if (answeredAt === undefined || view.updatedAt !== before.updatedAt || rowOf(view.brokerStatus).reads !== 'working') return false;
  const isUnderWay = before.status === 'pending_cancel' || before.status === 'pending_replace';
  return isUnderWay && answeredAt - (ending ?? updatedAt) >= CANCEL_TAKES_MS;
}

function isNewer(before: BrokerWord, { updatedAt, brokerStatus }: OrderView): boolean {
  if (updatedAt !== before.updatedAt) return (updatedAt ?? 0) > (before.updatedAt ?? 0);
  return rowOf(brokerStatus).rank > rowOf(before.status).rank;
}

/** Asked for an order whose end we expect, the broker says that it lives: the cancel did not take, unless it is still on its way. */
function noteAlive(order: Order, { status }: BrokerWord, answeredAt: Instant): void {
  const { ending, cancel } = order;
  if (ending === undefined || rowOf(status).reads !== 'working') return;
  const isSettled = cancel !== undefined && cancel.state !== 'submitting' && cancel.state !== 'acked';
  if (isSettled || answeredAt - ending >= CANCEL_TAKES_MS) order.ending = undefined;
}
