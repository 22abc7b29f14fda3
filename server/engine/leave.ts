/**
 * Leaving a position while orders are out: what protects it is cancelled first, and only when the broker has said that it ended is
 * what is left closed, so that nothing is sold twice, whatever fills on the way. Goes on until the position is gone.
 */
import type { Books, Market } from '#server/domain/books.ts';
import type { Decision, Intent } from '#server/domain/decision.ts';
import type { Leaving } from '#server/domain/exits.ts';
import { assetClassOf } from '#server/domain/instrument.ts';
import { mayReduce } from '#server/domain/kill.ts';
import { levelOfMarket } from '#server/domain/kill-in-force.ts';
import { absolute, type Quantity } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { markOf } from '#server/domain/valuation.ts';
import { judge } from '#server/risk/judge.ts';
import { timeInForceFor } from '#server/risk/size.ts';
import { cancel, place } from './act.ts';
import type { Turn } from './turn.ts';

/** After a refusal. */
const TRY_AGAIN_MS = MINUTE_MS;

/** Begins to leave: at once when nothing is out, otherwise as soon as nothing is. `thought` is what the decision rests on. */
export function beginLeaving(
  books: Books,
  plan: Plan,
  market: Market,
  leaving: Omit<Leaving, 'refusedAt'>,
  thought: Partial<Decision>,
  turn: Turn,
): void {
  market.leaving = { ...leaving, refusedAt: undefined };
  const isOut = market.openOrders.length > 0;
  const nth = turn.decisions.length;
  leave(books, plan, market, turn);
  // Always told: a start that reads the journal must know that the position is being left, also when the broker refuses the order.
  const closing = turn.decisions[nth];
  const summary = `exit: ${leaving.reason}${isOut ? '; what is out is cancelled first' : ''}`;
  turn.decisions[nth] = closing === undefined ? { ...nothingDecided(market), ...thought, summary, leaving } : { ...closing, leaving };
}

export function leave(books: Books, plan: Plan, market: Market, turn: Turn): void {
  const { leaving } = market;
  if (leaving === undefined || !mayReduce(levelOfMarket(books, market))) return;
  for (const order of market.openOrders) if (order.purpose === 'open' || order.type !== 'market') cancel(books, order, turn);
  if (market.openOrders.length > 0 || market.position.quantity === 0n) return;
  if (leaving.refusedAt !== undefined && books.at - leaving.refusedAt < TRY_AGAIN_MS) return;
  close(books, plan, market, leaving, turn);
}

function close(books: Books, plan: Plan, market: Market, { exit, deployments, reason }: Leaving, turn: Turn): void {
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
    exit,
    expectedPrice,
    portfolio: market.portfolio?.id,
    deployments,
    reason,
  };
  const verdict = judge({ intent, books, market, limits: plan.limits });
  const order = verdict.kind === 'approved' ? place(books, market, verdict.intent, turn) : undefined;
  turn.decisions.push({ ...nothingDecided(market), verdict, order, summary: `exit: ${reason}` });
}

export const nothingDecided = ({ portfolio, symbol }: Market): Omit<Decision, 'summary' | 'leaving'> => ({
  portfolio: portfolio?.id,
  symbol,
  votes: [],
  target: undefined,
  verdict: undefined,
  order: undefined,
});
