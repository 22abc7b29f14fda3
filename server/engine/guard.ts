/**
 * Keeps what waits at the broker in line with the exits of a portfolio: places what is missing, withdraws what no longer fits, and
 * leaves where the broker holds nothing that would. What is asked of the broker to close never exceeds the position: something new
 * is placed only for the part that no open order claims, and what is withdrawn claims its part until the broker says that it ended.
 */
import type { Bar } from '#server/domain/bar.ts';
import type { Books, Market } from '#server/domain/books.ts';
import { closedBy, closingQuantity, siblingOf } from '#server/domain/closing.ts';
import type { Intent } from '#server/domain/decision.ts';
import type { Episode, Guard } from '#server/domain/exits.ts';
import { priceStepAt } from '#server/domain/instrument.ts';
import { mayReduce } from '#server/domain/kill.ts';
import { levelOfMarket } from '#server/domain/kill-in-force.ts';
import { absolute, type Price, type Quantity, roundDownTo, toNumber } from '#server/domain/money.ts';
import { type ExitRule, isFinal, isProtective, type Order } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { sessionAt } from '#server/domain/session.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '#server/domain/time.ts';
import { markOf } from '#server/domain/valuation.ts';
import { slackOf } from '#server/risk/exit-levels.ts';
import { judge } from '#server/risk/judge.ts';
import { isExempt, type Protection, protectionOf, withFarTarget } from '#server/risk/protection.ts';
import { cancel, place } from './act.ts';
import { entryOf } from './episode.ts';
import { exitReason, protectionReason } from './exit-words.ts';
import { beginLeaving, leave, nothingDecided } from './leave.ts';
import { isBeingReplaced, moveOrder } from './replacing.ts';
import { alert, type Turn } from './turn.ts';

/** So long the engine watches alone when the broker did not take a protective order, or did not keep it. */
const TRY_AGAIN_MS = 5 * MINUTE_MS;
/** So long a position may be without its stop: what withdraws one and places the next takes less. */
const GRACE_MS = 30 * SECOND_MS;

/** After a bar that was decided on; `touched` is what `watch` said of it. */
export function onExits(books: Books, plan: Plan, market: Market, bar: Bar, touched: ExitRule | undefined, turn: Turn): void {
  const { guard, leaving } = market;
  if (leaving !== undefined) {
    leave(books, plan, market, turn);
  } else if (
    touched !== undefined &&
    trades(books, market, bar.startsAt) &&
    isOurs(books, market, touched) &&
    mayReduce(levelOfMarket(books, market))
  ) {
    leaveBy(books, plan, market, touched, turn);
  } else if (guard?.hasMoved === true || guard?.refusedAt !== undefined) {
    attend(books, plan, market, turn);
  }
}

/** After anything that may have changed the position, the orders of the market, or what may be sent. */
export function attend(books: Books, plan: Plan, market: Market, turn: Turn): void {
  const { guard, portfolio } = market;
  if (portfolio === undefined || !books.reconciled) return;
  if (market.leaving !== undefined) {
    leave(books, plan, market, turn);
    return;
  }
  if (guard === undefined && market.openOrders.length === 0) return;
  if (!mayReduce(levelOfMarket(books, market))) return;
  if (guard?.episode === undefined) withdrawAll(books, market, turn);
  else protect(books, plan, market, guard, guard.episode, turn);
}

/** Nothing is held, or no rule asks for protection any more. */
function withdrawAll(books: Books, market: Market, turn: Turn): void {
  for (const order of market.openOrders) if (isProtective(order)) cancel(books, order, turn);
}

function protect(books: Books, plan: Plan, market: Market, guard: Guard, episode: Episode, turn: Turn): void {
  // What changes the books is journalled, also at a tick at which nothing was asked.
  if (guard.hasMoved) turn.material = true;
  guard.hasMoved = false;
  const passed = passedBy(market, guard, episode);
  const wanted = againstWash(market, episode, protectionOf(market, entryOf(market)));
  if (passed !== undefined && isOurs(books, market, passed)) {
    // What the last trade of a session went past is left for the open, where an order waits for it: no stop would be taken any more.
    if (trades(books, market, books.at) || trades(books, market, market.lastBarStartsAt)) leaveBy(books, plan, market, passed, turn);
    else noteCoverage(books, market, guard, wanted, turn);
    return;
  }
  const held = absolute(market.position.quantity);
  const isTooMuch = closingQuantity(books, market) > held;
  for (const order of [...market.openOrders]) {
    if (!isProtective(order) || (!isTooMuch && fits(books, order, wanted, market, guard))) continue;
    if (!isTooMuch && isBeingReplaced(books, order)) continue;
    if (!isTooMuch && wanted !== undefined && moveOrder(books, plan, market, order, wanted, turn)) continue;
    cancel(books, order, turn);
  }
  // What was withdrawn claims its part until it has ended; then this is asked again.
  if (wanted !== undefined && mayPlace(books, market, guard, wanted)) fill(books, plan, market, wanted, turn);
  noteCoverage(books, market, guard, wanted, turn);
}

const isEntering = ({ openOrders }: Market): boolean => openOrders.some(({ purpose }) => purpose === 'open');

/** A simple order would be a wash trade against what is still being bought: a pair with a target out of reach is none. */
function againstWash(market: Market, episode: Episode, wanted: Protection | undefined): Protection | undefined {
  return wanted === undefined || isExempt(wanted.terms) || !isEntering(market) ? wanted : withFarTarget(market, episode, wanted);
}

/** A position that has been without a stop at the broker for longer than it takes to place one is told, once. */
function noteCoverage(books: Books, market: Market, guard: Guard, wanted: Protection | undefined, turn: Turn): void {
  const { levels, uncovered, refusedAt } = guard;
  const isCalledFor = wanted !== undefined && !Number.isNaN(levels.stop);
  if (!isCalledFor || refusedAt !== undefined || !isOurs(books, market, levels.stopRule)) {
    if (uncovered !== undefined) turn.material = true;
    guard.uncovered = undefined;
  } else if (uncovered === undefined) {
    turn.material = true;
    guard.uncovered = { since: books.at, isTold: false };
  } else if (!uncovered.isTold && books.at - uncovered.since >= GRACE_MS) {
    guard.uncovered = { ...uncovered, isTold: true };
    const seconds = (books.at - uncovered.since) / SECOND_MS;
    alert(
      turn,
      'unprotected',
      `${market.symbol}: not all that is held has had a stop at the broker for ${seconds} seconds; the engine watches`,
    );
  }
}

/** By the newest price, for what the broker does not hold. */
function passedBy({ lastPrice }: Market, { levels }: Guard, { side }: Episode): ExitRule | undefined {
  if ((lastPrice - levels.stop) * side <= 0) return levels.stopRule;
  return (lastPrice - levels.target) * side >= 0 ? 'takeProfit' : undefined;
}

/** Outside of a session nothing is left: what was touched there is touched again at the open, or was a ghost. */
const trades = (books: Books, market: Market, at: Instant): boolean =>
  market.instrument?.assetClass === 'crypto' || sessionAt(books.sessions, at) !== undefined;

/** Whether the engine has to carry the rule out, because orders at the broker do not for all that is held. */
function isOurs(books: Books, market: Market, rule: ExitRule): boolean {
  let open = absolute(market.position.quantity);
  for (const order of market.openOrders)
    if (isProtective(order) && order.status !== 'unknown' && carries(books, order, rule, market.lastPrice)) open -= closedBy(books, order);
  return open > 0n;
}

function carries(books: Books, order: Order, rule: ExitRule, lastPrice: number): boolean {
  if (rule === 'timeStop') return false;
  switch (order.type) {
    case 'limit':
      // A take-profit whose stop-loss has ended is only a take-profit.
      return rule === 'takeProfit' || isOfPair(books, order);
    case 'stop':
    case 'trailing_stop':
      return rule !== 'takeProfit';
    case 'stop_limit': {
      // Beyond its limit it waits for a price that may never come back.
      const isBeyond = order.side === 'sell' ? lastPrice < toNumber(order.limitPrice) : lastPrice > toNumber(order.limitPrice);
      return rule !== 'takeProfit' && !isBeyond;
    }
    case 'market':
      return false;
    default:
      return order satisfies never;
  }
}

function leaveBy(books: Books, plan: Plan, market: Market, exit: ExitRule, turn: Turn): void {
  beginLeaving(books, plan, market, { exit, deployments: [], reason: exitReason(market, exit) }, {}, turn);
}

/** Whether an order that is out still does what is wanted: of the right kind and side, and near enough to where it should be. */
function fits(books: Books, order: Order, wanted: Protection | undefined, market: Market, guard: Guard): boolean {
  const { levels, episode } = guard;
  if (wanted === undefined || episode === undefined || order.side !== (episode.side > 0 ? 'sell' : 'buy')) return false;
  const { type } = wanted.terms;
  const isPair = isOfPair(books, order);
  // A stop that is left of a pair protects as it is; so does a pair where a stop would do.
  if (isPair && type !== 'oco' && type !== 'stop') return false;
  const near = (price: Price, level: number, rule: ExitRule): boolean =>
    Math.abs(toNumber(price) - level) <= slackOf(guard.policy, episode, rule, entryOf(market)) + tickAt(market, price);
  switch (order.type) {
    case 'limit':
      // Of a pair that no target was asked for, only the stop matters.
      if (isPair && Number.isNaN(levels.target)) return true;
      return (isPair || type === 'limit') && near(order.limitPrice, levels.target, 'takeProfit');
    case 'stop':
      return (isPair || type !== 'limit') && near(order.stopPrice, levels.stop, levels.stopRule);
    case 'stop_limit':
      return type === 'stop_limit' && near(order.stopPrice, levels.stop, levels.stopRule);
    case 'trailing_stop':
      return (type === 'trailing_stop' || type === 'stop') && levels.stopRule === 'trailingStop';
    case 'market':
      return true;
    default:
      return order satisfies never;
  }
}

/** Both orders of it are at work. */
function isOfPair(books: Books, order: Order): boolean {
  const sibling = siblingOf(books, order);
  return sibling !== undefined && !isFinal(sibling.status);
}

const tickAt = ({ instrument }: Market, price: Price): number => (instrument === undefined ? 0 : toNumber(priceStepAt(instrument, price)));

function mayPlace(books: Books, market: Market, { refusedAt }: Guard, { terms }: Protection): boolean {
  if (refusedAt !== undefined && books.at - refusedAt < TRY_AGAIN_MS) return false;
  return isExempt(terms) || !isEntering(market);
}

/** Places it for the part of the position that no open order claims. */
function fill(books: Books, plan: Plan, market: Market, { terms, timeInForce, exit, quantityStep }: Protection, turn: Turn): void {
  const { instrument, portfolio, position } = market;
  const expectedPrice = markOf(market);
  if (instrument === undefined || portfolio === undefined || expectedPrice === undefined) return;
  const unclaimed = absolute(position.quantity) - closingQuantity(books, market);
  const quantity = roundDownTo(unclaimed, quantityStep) as Quantity;
  if (quantity < instrument.minQuantity) return;
  const reason = protectionReason(market, terms, exit);
  const intent: Intent = {
    ...terms,
    symbol: market.symbol,
    side: position.quantity > 0n ? 'sell' : 'buy',
    quantity,
    timeInForce,
    purpose: 'reduce',
    exit,
    expectedPrice,
    portfolio: portfolio.id,
    deployments: [],
    reason,
  };
  const verdict = judge({ intent, books, market, limits: plan.limits });
  const order = verdict.kind === 'approved' ? place(books, market, verdict.intent, turn) : undefined;
  turn.decisions.push({ ...nothingDecided(market), verdict, order, summary: `protect: ${reason}` });
}
