/**
 * Asking the broker what became of an order: soon at first, then ever more seldom. Its "I do not know it" is no refusal; only several of
 * them that lie apart, a statement that bears them out and a quiet minute together mean that the order never came.
 */
import type { Books, Market } from '#server/domain/books.ts';
import { type AssetSymbol, type OrderId, requestOf, withoutSlash } from '#server/domain/ids.ts';
import { ZERO_QUANTITY } from '#server/domain/money.ts';
import { isFinal, type Order } from '#server/domain/order.ts';
import { moved } from '#server/domain/request.ts';
import type { Statement } from '#server/domain/statement.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '#server/domain/time.ts';
import { settle } from './order-life.ts';
import { alarm, type Turn } from './turn.ts';

const FIRST_WAIT_MS = 250;
/** What was asked to end, or to be filled, mostly says so by itself. */
const END_TAKES_MS = SECOND_MS;
const LONGEST_WAIT_MS = 32_000;
/** Answers nearer to each other count once. */
const APART_MS = 200;
const ENOUGH_ANSWERS = 5;
const QUIET_MS = MINUTE_MS;
/** After this an order whose end or whereabouts is not known is a person's business, too. */
const STUCK_MS = MINUTE_MS;

export function ask(books: Books, order: Order, turn: Turn): void {
  noteAsked(order, books);
  // The stop-loss of a pair has no client order id of ours at the broker.
  const isNamed = requestOf(order.id) === order.id;
  turn.commands.push({ kind: 'ask', order: order.id, brokerId: isNamed ? undefined : order.brokerId });
  turn.changed.add(order);
}

/** Recovery does so too, for what the journal remembers. */
export function noteAsked(order: Order, { at }: Books): void {
  if (order.asked === 0 || order.askedAt !== at) order.asked++;
  order.askedAt = at;
}

/** What is known of it is not enough: where it is, whether it has ended, or the fills that the broker counts. */
export const isOpenQuestion = ({ status, filled, broker }: Order): boolean =>
  status === 'unknown' || status === 'cancelling' || (broker !== undefined && broker.filled > filled);

function isDue({ status, asked, askedAt, updatedAt }: Order, { at }: Books): boolean {
  const firstMs = status === 'unknown' ? FIRST_WAIT_MS : END_TAKES_MS;
  const waitMs = Math.min(firstMs * 2 ** Math.max(asked - 1, 0), LONGEST_WAIT_MS);
  return at - (asked === 0 ? updatedAt : askedAt) >= waitMs;
}

/** Goes on asking for what is silent, and says when it has been so for long. */
export function askAfter(books: Books, market: Market, turn: Turn): void {
  for (const order of market.openOrders) {
    if (!isOpenQuestion(order)) continue;
    if (isDue(order, books)) ask(books, order, turn);
    if (books.at - order.updatedAt >= STUCK_MS)
      alarm(
        turn,
        order,
        'orderStuck',
        `${order.status} for ${(books.at - order.updatedAt) / SECOND_MS} seconds; its exposure stays reserved`,
      );
  }
}

export function onNotFound(books: Books, id: OrderId, turn: Turn): void {
  const order = books.orders.get(id);
  if (order === undefined || isFinal(order.status)) return;
  turn.changed.add(order);
  const { at } = books;
  const { since, answers, latest, isBorneOut } = order.absence ?? { since: at, answers: 0, latest: undefined, isBorneOut: false };
  const isApart = latest === undefined || at - latest >= APART_MS;
  order.absence = { since, answers: isApart ? answers + 1 : answers, latest: isApart ? at : latest, isBorneOut };
  if (!isMissed(order, at)) return;
  if (isBorneOut) giveUp(books, order, turn);
  else turn.commands.push({ kind: 'reconcile' });
}

/** The broker has said often and long enough that it does not know the order; what is owed is a statement that bears it out. */
export const isMissed = ({ absence }: Order, at: Instant): boolean =>
  absence !== undefined && absence.answers >= ENOUGH_ANSWERS && at - absence.since >= QUIET_MS;

function giveUp(books: Books, order: Order, turn: Turn): void {
  order.refusal = `NEVER_ARRIVED: the broker did not know it, ${order.absence?.answers} times`;
  order.request = moved(order.request, 'abandoned');
  alarm(turn, order, 'orderLost', order.refusal);
  settle(books, order, turn);
}

/** A statement that does not list the order, and whose position is ours without it, bears out that it is not there. */
export function bearOut(books: Books, statement: Statement, listed: ReadonlySet<OrderId>): void {
  for (const market of books.markets.values()) {
    if (!market.openOrders.some(({ absence }) => absence !== undefined) || !agrees(market, statement)) continue;
    for (const order of market.openOrders) {
      const { absence } = order;
      if (absence !== undefined && !listed.has(order.id) && statement.asOf >= absence.since)
        order.absence = { ...absence, isBorneOut: true };
    }
  }
}

const agrees = ({ symbol, position }: Market, { positions }: Statement): boolean =>
  (positions.find((view) => isSame(view.symbol, symbol))?.quantity ?? ZERO_QUANTITY) === position.quantity;

const isSame = (one: AssetSymbol, other: AssetSymbol): boolean => withoutSlash(one) === withoutSlash(other);
