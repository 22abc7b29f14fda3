/** What follows when an order's status is computed anew: it ends, or it comes back from an end that was none. */
import type { Books } from '#server/domain/books.ts';
import { siblingOf } from '#server/domain/closing.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { isFinal, isProtective, type Order } from '#server/domain/order.ts';
import { statusOf } from '#server/domain/order-status.ts';
import { moved } from '#server/domain/request.ts';
import { marketOf } from './genesis.ts';
import { alert, type Turn } from './turn.ts';

/** Refusals of our own: they never left. */
export const NOT_THE_BROKERS: readonly string[] = ['WITHDRAWN', 'KILL_LATCH'];

/** Call after every change of what an order is made of. */
export function settle(books: Books, order: Order, turn: Turn): void {
  const before = order.status;
  const status = statusOf(order, siblingOf(books, order));
  turn.changed.add(order);
  if (status === before) return;
  order.status = status;
  order.updatedAt = books.at;
  turn.material = true;
  if (status === 'filled') books.filledOrderCount++;
  else if (before === 'filled') books.filledOrderCount--;
  if (isFinal(status) && !isFinal(before)) finish(books, order, turn);
  else if (isFinal(before) && !isFinal(status)) reopen(books, order);
}

/** Its end is expected: it is asked for until it has ended. */
export function expectEnd(books: Books, order: Order, turn: Turn): void {
  order.ending ??= books.at;
  settle(books, order, turn);
}

function finish(books: Books, order: Order, turn: Turn): void {
  const market = marketOf(books, order.symbol);
  const place = market.openOrders.indexOf(order);
  if (place >= 0) market.openOrders.splice(place, 1);
  books.openOrderCount--;
  // The broker ends the other one of a pair; until it says so it is asked.
  const sibling = siblingOf(books, order);
  const successor = successorOf(books, order);
  if (successor !== undefined && order.broker?.status === 'replaced') relink(books, sibling, successor, turn);
  else for (const one of [sibling, successor]) if (one !== undefined && !isFinal(one.status)) expectEnd(books, one, turn);
  // After an exit that agents wanted the other side may be wanted; after one by rule, and the kill switch's own, nothing is.
  if (order.purpose === 'reduce' && order.portfolio !== undefined && order.exit === undefined) market.reconsider = true;
  // An ending that nobody asked for is as good as a refusal.
  if (
    successor === undefined &&
    order.broker !== undefined &&
    !order.withdrawn &&
    (order.status === 'cancelled' || order.status === 'rejected')
  )
    noteRefusal(books, order, turn);
  noteEnd(books, order);
  retire(books, order);
}

/** An entry came to nothing, or to something: orders without fills, one after another, are a sign of something that runs away. */
function noteEnd({ risk }: Books, { purpose, filled, status, refusal }: Order): void {
  if (purpose !== 'open') return;
  const isOurs = refusal !== undefined && NOT_THE_BROKERS.some((code) => refusal.startsWith(`${code}:`));
  // A fill has ended both rows when it came.
  if (filled > 0n) return;
  risk.unfilledInRow++;
  if (status !== 'rejected') risk.rejectedInRow = 0;
  else if (!isOurs) risk.rejectedInRow++;
  risk.isDue = true;
}

/** The order that is to stand in its place, unless that was refused or never came. */
export function successorOf(books: Books, { replacedBy }: Order): Order | undefined {
  const successor = replacedBy === undefined ? undefined : books.orders.get(replacedBy);
  return successor?.status === 'rejected' ? undefined : successor;
}

/** The broker says that it was replaced, so the new one is there; of a pair the other one goes on beside it. */
function relink(books: Books, sibling: Order | undefined, successor: Order, turn: Turn): void {
  if (sibling !== undefined) sibling.sibling = successor.id;
  successor.request = moved(successor.request, 'acked');
  settle(books, successor, turn);
}

/** The oldest are forgotten; never one that was given up, which may turn up after any time. */
function retire(books: Books, order: Order): void {
  if (order.request === 'abandoned') return;
  books.finished.push(order.id);
  if (books.finished.length > books.keptFinishedOrders) forget(books);
}

/**
 * What ended first. Now and then the rest moves into a new map: one that loses and wins members all the time keeps its old
 * tables, and with them all that was in them, alive until the next full collection of garbage.
 */
function forget(books: Books): void {
  const id = books.finished.shift() as OrderId;
  books.orders.delete(id);
  books.adopted.delete(id);
  books.forgottenOrderCount++;
  if (books.forgottenOrderCount % books.keptFinishedOrders === 0) books.orders = new Map(books.orders);
}

function reopen(books: Books, order: Order): void {
  const place = books.finished.indexOf(order.id);
  if (place >= 0) books.finished.splice(place, 1);
  books.openOrderCount++;
  marketOf(books, order.symbol).openOrders.push(order);
}

/** For some time the broker is not asked again for the same. */
export function noteRefusal(books: Books, order: Order, turn: Turn): void {
  const market = marketOf(books, order.symbol);
  const { guard, leaving } = market;
  const sibling = siblingOf(books, order);
  // Of a pair the other one goes on: the take-profit ends when the stop-loss fires.
  if (order.purpose === 'open' || (sibling !== undefined && !isFinal(sibling.status))) return;
  if (!isProtective(order)) {
    if (order.portfolio === undefined) market.flattenRefusedAt = books.at;
    if (leaving !== undefined) leaving.refusedAt = books.at;
    return;
  }
  if (guard !== undefined) guard.refusedAt = books.at;
  const isWatched = guard?.episode !== undefined;
  if (isWatched)
    alert(turn, 'unprotected', `${order.symbol}: order ${order.id} does not protect it any more; the engine watches its exits`);
}
