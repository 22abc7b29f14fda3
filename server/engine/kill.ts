/** The kill switch inside the engine: engaging escalates and acts, releasing needs the newest latch id, flattening is a job. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import { assetClassOf } from '#server/domain/instrument.ts';
import { atLeast, BY_SENTINEL, type EngagedLevel, higher } from '#server/domain/kill.ts';
import { absolute, type Quantity } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import { markOf } from '#server/domain/valuation.ts';
import { judge } from '#server/risk/judge.ts';
import { timeInForceFor } from '#server/risk/size.ts';
import { cancel, place } from './act.ts';
import { alert, type Turn } from './turn.ts';

export function engage(books: Books, trip: { level: EngagedLevel; by: string; reason: string }, turn: Turn): void {
  const level = higher(books.kill.level, trip.level);
  // The same level again is the same latch; only an escalation is a new one.
  if (level === books.kill.level) {
    // Except that a person's reason says more than that a file stands.
    if (books.kill.by === BY_SENTINEL && trip.by !== BY_SENTINEL) books.kill = { ...books.kill, by: trip.by, reason: trip.reason };
    return;
  }
  books.kill = { level, latchId: books.seq, by: trip.by, reason: trip.reason, at: books.at };
  alert(turn, 'killEngaged', `${level} by ${trip.by}: ${trip.reason}`);
  withdraw(books, turn);
  if (atLeast(level, 'cancelAll')) turn.commands.push({ kind: 'cancelEverything' });
}

export function release(books: Books, { latchId, by, note }: { latchId: number; by: string; note: string }): void {
  if (books.kill.level === 'armed' || books.kill.latchId !== latchId) return;
  books.kill = { level: 'armed', latchId: 0, by, reason: note, at: books.at };
  // Exits that were held back are wanted still; entries wait for new opinions.
  for (const market of books.markets.values()) if (market.held !== 0) market.reconsider = true;
}

/** Cancels what the level does not let stand. Called when it is engaged, and again at every tick until nothing is left. */
export function withdraw(books: Books, turn: Turn): void {
  const { level } = books.kill;
  if (!atLeast(level, 'cancelOpening')) return;
  const all = atLeast(level, 'cancelAll');
  for (const market of books.markets.values()) {
    for (const order of market.openOrders) {
      // The flatten job's own closing orders stay: cancelling them would only begin them anew.
      const ownClosing = order.purpose === 'reduce' && order.portfolio === undefined && level === 'flatten';
      if (!ownClosing && (all || order.purpose === 'open')) cancel(books, order, turn);
    }
  }
}

/** Closes what is held, one order a symbol, as soon as nothing of that symbol is out. Never gives up: called at each tick. */
export function flatten(books: Books, plan: Plan, turn: Turn): void {
  if (books.kill.level !== 'flatten' || !books.reconciled) return;
  for (const market of books.markets.values()) {
    if (market.position.quantity !== 0n && market.openOrders.length === 0) close(books, plan, market, turn);
  }
}

function close(books: Books, plan: Plan, market: Market, turn: Turn): void {
  const expectedPrice = markOf(market);
  if (expectedPrice === undefined) return;
  const { quantity } = market.position;
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
    reason: `flatten by ${books.kill.by}: ${books.kill.reason}`,
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
