/** The kill switch inside the engine: engaging escalates and acts, releasing needs the newest latch id, flattening is a job. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import { assetClassOf } from '#server/domain/instrument.ts';
import {
  atLeast,
  BY_SENTINEL,
  type EngagedLevel,
  higher,
  isPerson,
  type KillLatch,
  type KillLevel,
  mayChange,
} from '#server/domain/kill.ts';
import { holderOf, latchOf, levelOf, levelOfMarket, scopeOfLatch } from '#server/domain/kill-in-force.ts';
import { type KillScope, ofScope } from '#server/domain/kill-scope.ts';
import { absolute, type Quantity } from '#server/domain/money.ts';
import type { Order } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { SECOND_MS } from '#server/domain/time.ts';
import { markOf } from '#server/domain/valuation.ts';
import { judge } from '#server/risk/judge.ts';
import { timeInForceFor } from '#server/risk/size.ts';
import { cancel, place } from './act.ts';
import { forgive } from './forgive.ts';
import { alert, type Turn } from './turn.ts';

export interface Trip {
  readonly level: EngagedLevel;
  readonly by: string;
  readonly reason: string;
  /** The whole account where none is named. */
  readonly scope?: KillScope;
}

export function engage(books: Books, { scope = 'account', by, reason, ...trip }: Trip, turn: Turn): void {
  const before = latchOf(books, scope);
  const level = higher(before?.level ?? 'armed', trip.level);
  const isHigher = level !== before?.level;
  // The same level again is the same latch, unless a person says so: whoever releases the one must have seen the other.
  if (!isHigher && !isPerson(by)) {
    // Except that a person's reason says more than that a file stands.
    if (before.by === BY_SENTINEL && by !== BY_SENTINEL) setLatch(books, scope, { ...before, by, reason });
    return;
  }
  setLatch(books, scope, { level, latchId: books.seq, by, reason, at: books.at });
  alert(turn, 'killEngaged', `${level}${ofScope(scope)} by ${by}: ${reason}`);
  withdraw(books, turn);
  if (isHigher && scope === 'account' && atLeast(level, 'cancelAll') && mayChange(level)) turn.commands.push({ kind: 'cancelEverything' });
}

function setLatch(books: Books, scope: KillScope, latch: KillLatch): void {
  if (scope === 'account') books.kill = latch;
  else books.latches.set(scope, latch);
}

export function release(books: Books, { latchId, by, note }: { latchId: number; by: string; note: string }): void {
  const scope = scopeOfLatch(books, latchId);
  if (scope === undefined) return;
  if (scope === 'account') {
    books.kill = { level: 'armed', latchId: 0, by, reason: note, at: books.at };
    forgive(books);
  } else books.latches.delete(scope);
  // Exits that were held back are wanted still; entries wait for new opinions.
  for (const market of books.markets.values()) if (market.held !== 0) market.reconsider = true;
}

/** Cancels what the level does not let stand. Called when it is engaged, and again at every tick until nothing is left. */
export function withdraw(books: Books, turn: Turn): void {
  if (books.kill.level === 'armed' && books.latches.size === 0) return;
  for (const market of books.markets.values()) {
    for (const order of market.openOrders) if (mustEnd(order, levelOf(books, order))) cancel(books, order, turn);
  }
}

/** Orders that are not ours are cancelled too, as long as statements list them: after a restart nothing else would remember them. */
export function withdrawStrangers({ kill, externalOrders, orders }: Books, turn: Turn): void {
  if (!atLeast(kill.level, 'cancelAll') || !mayChange(kill.level)) return;
  for (const { id, brokerId } of externalOrders.values()) {
    if (!orders.has(id)) turn.commands.push({ kind: 'cancel', order: id, brokerId });
  }
}

function mustEnd({ purpose, portfolio }: Order, level: KillLevel): boolean {
  // Nothing leaves the process any more: the cancels are the guard's.
  if (!atLeast(level, 'cancelOpening') || !mayChange(level)) return false;
  // The flatten job's own closing orders stay: cancelling them would only begin them anew.
  const isOwnClosing = purpose === 'reduce' && portfolio === undefined && level === 'flatten';
  return !isOwnClosing && (purpose === 'open' || atLeast(level, 'cancelAll'));
}

/** Everything of this market is to be closed. */
export const flattens = (books: Books, market: Market): boolean => levelOfMarket(books, market) === 'flatten';

/** After a refusal: the requests of the account are few, and what the broker refuses now it refuses a second later. */
const TRY_AGAIN_MS = 5 * SECOND_MS;

const wasJustRefused = ({ at }: Books, { flattenRefusedAt }: Market): boolean =>
  flattenRefusedAt !== undefined && at - flattenRefusedAt < TRY_AGAIN_MS;

/** Closes what is held, one order a symbol, as soon as nothing of that symbol is out. Never gives up: called at each tick. */
export function flattenAll(books: Books, plan: Plan, turn: Turn): void {
  if ((books.kill.level !== 'flatten' && books.latches.size === 0) || !books.reconciled) return;
  for (const market of books.markets.values()) {
    if (market.position.quantity === 0n || market.openOrders.length > 0 || wasJustRefused(books, market)) continue;
    if (flattens(books, market)) close(books, plan, market, turn);
  }
}

function close(books: Books, plan: Plan, market: Market, turn: Turn): void {
  const expectedPrice = markOf(market);
  if (expectedPrice === undefined) return;
  const { quantity } = market.position;
  const latch = holderOf(books, { symbol: market.symbol, portfolio: market.portfolio?.id, deployments: [] });
  const intent: Intent = {
    symbol: market.symbol,
    side: quantity > 0n ? 'sell' : 'buy',
    quantity: absolute(quantity) as Quantity,
    type: 'market',
    timeInForce: timeInForceFor(assetClassOf(market.symbol)),
    purpose: 'reduce',
    exit: undefined,
    expectedPrice,
    portfolio: undefined,
    deployments: [],
    reason: `flatten by ${latch?.by}: ${latch?.reason}`,
  };
  const verdict = judge({ intent, books, market, limits: plan.limits });
  const order = verdict.kind === 'approved' ? place(books, market, verdict.intent, turn) : undefined;
  turn.decisions.push({
    portfolio: undefined,
    symbol: market.symbol,
    votes: [],
    target: undefined,
    verdict,
    order,
    summary: intent.reason,
  });
}
