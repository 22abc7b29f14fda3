/** A closed bar becomes opinions, opinions become votes, votes a target, the target an intent, and the intent is judged. */

import { targetOf, votesOf } from '#server/consensus/blend.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Books, Market, Seat } from '#server/domain/books.ts';
import type { Decision, Verdict } from '#server/domain/decision.ts';
import { show } from '#server/domain/exits.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { deploymentScope } from '#server/domain/kill-scope.ts';
import { isProtective } from '#server/domain/order.ts';
import type { Plan, PortfolioPlan } from '#server/domain/plan.ts';
import { sessionAfter, sessionAt } from '#server/domain/session.ts';
import type { Target, Vote } from '#server/domain/signal.ts';
import { noteDay } from '#server/domain/tape.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { DAY } from '#server/domain/timeframe.ts';
import { judge } from '#server/risk/judge.ts';
import { SESSION_RULE } from '#server/risk/registry.ts';
import { reasonOf, size, type Wanted } from '#server/risk/size.ts';
import { cancel, place } from './act.ts';
import { lockThrottled } from './escalate.ts';
import { beginLeaving } from './leave.ts';
import type { Turn } from './turn.ts';

/** Shows the bar, and the longer bars that it closed, to every agent that sees them; true when one changed its mind. */
export function consult(books: Books, market: Market, bar: Bar, turn: Turn): boolean {
  let changed = false;
  for (const seat of market.streamSeats) if (hear(books, market, seat, bar, turn)) changed = true;
  for (const gauge of market.streamGauges) show(gauge, bar);
  if (market.frames.length === 0) return changed;
  for (const { aggregator, seats, gauges } of market.frames) {
    for (const longer of aggregator.next(bar, books.sessions)) {
      for (const gauge of gauges) show(gauge, longer);
      for (const seat of seats) if (hear(books, market, seat, longer, turn)) changed = true;
    }
  }
  return changed;
}

/** A longer bar of the past that was fetched: it warms up the agents that see such bars. */
export function remind(books: Books, timeframe: string, bar: Bar, turn: Turn): void {
  const market = books.markets.get(bar.symbol);
  const frame = market?.frames.find((one) => one.timeframe.name === timeframe);
  if (market !== undefined && timeframe === DAY.name) {
    noteDay(market.tape, Math.floor(bar.startsAt / DAY_MS), bar.close);
    books.risk.isStale = true;
  }
  if (market === undefined || frame === undefined || !frame.aggregator.skip(bar)) return;
  for (const gauge of frame.gauges) show(gauge, bar);
  for (const seat of frame.seats) hear(books, market, seat, bar, turn);
}

function hear(books: Books, market: Market, seat: Seat, bar: Bar, turn: Turn): boolean {
  const opinion = seat.agent.onBar(bar);
  if (opinion === undefined) return false;
  const { direction, confidence, horizonMs, reason } = opinion;
  const at = books.at;
  seat.standing = { direction, confidence, horizonMs, reason, at };
  market.expiring ||= horizonMs !== undefined;
  const portfolio = market.portfolio as PortfolioPlan;
  turn.signals.push({
    symbol: market.symbol,
    direction,
    confidence,
    horizonMs,
    reason,
    at,
    deployment: seat.deployment.id,
    portfolio: portfolio.id,
  });
  return true;
}

/** Thinks about one market. An entry needs a fresh opinion or an order that just ended; an exit may come at any bar. */
export function decide(books: Books, plan: Plan, market: Market, turn: Turn): void {
  const { portfolio } = market;
  if (portfolio === undefined || market.leaving !== undefined) return;
  const votes = heardVotes(books, market);
  const target = targetOf(portfolio, market, votes);
  const thought = { market, target, votes, portfolio };
  if (market.openOrders.some((order) => !isProtective(order))) {
    wait(books, market, target, turn);
  } else if (target.action === 'exit' && market.openOrders.length > 0) {
    const deployments = votes.map(({ deployment }) => deployment);
    const basis = { portfolio: portfolio.id, symbol: market.symbol, target, votes };
    beginLeaving(books, plan, market, { exit: undefined, deployments, reason: reasonOf(target, votes) }, basis, turn);
  } else if (target.action !== 'hold') {
    turn.decisions.push(pursue(books, plan, thought, turn));
  } else if (turn.signals.length > 0) {
    turn.decisions.push(decided(thought, undefined, undefined, `hold: ${target.reason}`));
  }
}

/** A deployment whose latch is closed has no vote: what the others decide is theirs alone. */
function heardVotes({ latches, at }: Books, market: Market): Vote[] {
  const votes = votesOf(market, at);
  return latches.size === 0 ? votes : votes.filter(({ deployment }) => !latches.has(deploymentScope(deployment)));
}

const decided = (
  { market, target, votes, portfolio }: Wanted,
  verdict: Verdict | undefined,
  order: OrderId | undefined,
  summary: string,
): Decision => ({
  portfolio: portfolio.id,
  symbol: market.symbol,
  target,
  votes,
  verdict,
  order,
  summary,
});

/** Sizes the target, has it judged and, when approved, makes it an order. */
function pursue(books: Books, plan: Plan, thought: Wanted, turn: Turn): Decision {
  const { market, target } = thought;
  const intent = size(thought, books, plan.limits);
  if (typeof intent === 'string') return decided(thought, undefined, undefined, `no order: ${intent}`);
  const verdict = judge({ intent, books, market, limits: plan.limits });
  noteWish(books, market, verdict);
  lockThrottled(books, market, verdict, turn);
  if (verdict.kind === 'refused') {
    const because = verdict.because.map(({ rule, reason }) => `${rule}: ${reason}`).join('; ');
    return decided(thought, verdict, undefined, `refused: ${because}`);
  }
  const order = place(books, market, verdict.intent, turn);
  return decided(thought, verdict, order, `${target.action}: ${intent.reason}`);
}

/** An entry that was refused because the session is closed is wanted still: it lives to the end of the next session. */
export function noteWish(books: Books, market: Market, verdict: Verdict | undefined): void {
  if (verdict?.kind !== 'refused' || !verdict.because.some(({ rule }) => rule === SESSION_RULE)) return;
  market.wishUntil = sessionAfter(books.sessions, books.at)?.closesAt;
}

/** The first bar that begins in the session brings the wish back, once: what comes of it is decided by the opinions that stand then. */
export function recall(books: Books, market: Market, { startsAt }: Bar): void {
  const isOver = market.wishUntil !== undefined && startsAt >= market.wishUntil;
  const isOpen = sessionAt(books.sessions, startsAt) !== undefined;
  if (!isOver && !isOpen) return;
  market.wishUntil = undefined;
  if (isOpen && !isOver) market.reconsider = true;
}

/** An order is out. When the opinion turned against an opening one, it is withdrawn; either way we think again when it ended. */
function wait(books: Books, market: Market, target: Target, turn: Turn): void {
  const order = market.openOrders.find((one) => !isProtective(one));
  if (order?.purpose !== 'open' || order.portfolio === undefined) return;
  const side = order.side === 'buy' ? 1 : -1;
  if (target.score * side < 0) cancel(books, order, turn);
}
