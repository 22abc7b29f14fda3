/** Moving a protective order in one request. Of the two orders one is at work, and the broker says which; both are watched until it has. */
import type { Books, Market } from '#server/domain/books.ts';
import { rowOf } from '#server/domain/broker-status.ts';
import type { Intent } from '#server/domain/decision.ts';
import { isFinal, type Order, unfilled } from '#server/domain/order.ts';
import { type OrderTerms, stopPriceOf } from '#server/domain/order-terms.ts';
import type { Plan } from '#server/domain/plan.ts';
import { markOf } from '#server/domain/valuation.ts';
import { judge } from '#server/risk/judge.ts';
import type { Protection } from '#server/risk/protection.ts';
import { replace } from './act.ts';
import { protectionReason } from './exit-words.ts';
import { nothingDecided } from './leave.ts';
import { expectEnd, successorOf } from './order-life.ts';
import type { Turn } from './turn.ts';

export const replacedOf = (books: Books, { replaces }: Order): Order | undefined =>
  replaces === undefined ? undefined : books.orders.get(replaces);

/** A request to replace it, or to put it in the place of another, has not been settled. */
export function isBeingReplaced(books: Books, order: Order): boolean {
  const [before, after] = [replacedOf(books, order), successorOf(books, order)];
  return (before !== undefined && !isFinal(before.status)) || (after !== undefined && !isFinal(after.status));
}

/** Whether the broker takes new prices for it: known, at work, untouched by fills, and not refused before. */
const mayReplace = ({ brokerId, broker, withdrawn, ending, filled, replacedBy }: Order): boolean =>
  brokerId !== undefined &&
  broker !== undefined &&
  rowOf(broker.status).mayReplace &&
  !withdrawn &&
  ending === undefined &&
  filled === 0n &&
  replacedBy === undefined;

/** The terms that it should have, where only its prices are not what is wanted. */
function movedTerms(order: Order, { terms }: Protection): OrderTerms | undefined {
  const stopPrice = stopPriceOf(terms);
  switch (order.type) {
    case 'stop':
      return stopPrice === undefined || terms.type === 'stop_limit' ? undefined : { type: 'stop', stopPrice };
    case 'stop_limit':
      return terms.type === 'stop_limit' ? terms : undefined;
    case 'limit':
      // A pair goes by the name of its take-profit, so that stays what it is.
      return terms.type === 'limit' && order.sibling === undefined ? terms : undefined;
    default:
      return undefined;
  }
}

/** Asks the broker to move the order to where it is wanted; false where it can not, and has to be cancelled and given anew. */
export function moveOrder(books: Books, plan: Plan, market: Market, order: Order, wanted: Protection, turn: Turn): boolean {
  const terms = mayReplace(order) ? movedTerms(order, wanted) : undefined;
  const expectedPrice = markOf(market);
  if (terms === undefined || expectedPrice === undefined) return false;
  const exit = order.type === 'limit' ? 'takeProfit' : wanted.exit;
  const reason = protectionReason(market, terms, exit);
  const { symbol, side, timeInForce, portfolio } = order;
  const intent: Intent = {
    ...terms,
    ...{ symbol, side, quantity: unfilled(order), timeInForce, purpose: 'reduce', exit, replaces: order.id },
    ...{ expectedPrice, portfolio, deployments: [], reason },
  };
  const verdict = judge({ intent, books, market, limits: plan.limits });
  if (verdict.kind === 'refused') return false;
  const id = replace(books, market, order, verdict.intent, turn);
  turn.decisions.push({ ...nothingDecided(market), verdict, order: id, summary: `move: ${reason}` });
  return true;
}

/** Where one of the two is said to be at work, the end of the other is expected, and asked for. */
export function noteReplacement(books: Books, order: Order, turn: Turn): void {
  const before = replacedOf(books, order);
  if (before !== undefined && !isFinal(before.status)) expectEnd(books, before, turn);
  const after = successorOf(books, order);
  const isUntouched = order.broker !== undefined && order.broker.status !== 'pending_replace' && !isFinal(rowOf(order.broker.status).reads);
  if (after !== undefined && !isFinal(after.status) && after.broker === undefined && isUntouched && after.request !== 'submitting')
    expectEnd(books, after, turn);
}
