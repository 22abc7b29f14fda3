/**
 * One event in; the books changed in place, and decisions and commands in the turn. No clock, no network, no chance, no
 * await: the same books and the same events give the same commands, byte for byte, in backtest, demo, paper and live.
 */
import type { Books, Market } from '#server/domain/books.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import { isProtective } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Instant } from '#server/domain/time.ts';
import { cancelUnprotective } from './act.ts';
import { askAfter, onNotFound } from './asking.ts';
import { onCorrected } from './corrections.ts';
import { rollDay, watchEquity } from './day.ts';
import { consult, decide, recall, remind } from './decide.ts';
import { escalate } from './escalate.ts';
import { type Event, mayBeIdle } from './event.ts';
import { onStarted } from './fence.ts';
import { marketOf } from './genesis.ts';
import { attend, onExits } from './guard.ts';
import { engage, flattenAll, flattens, release } from './kill.ts';
import { lockUntradable } from './lock-rules.ts';
import { liftLocks, placeLock, removeLock } from './locks.ts';
import { noteBar, noteQuote, onCondition, onFeed, onTick } from './observe.ts';
import { onAccepted, onCancel, onFill, onRejected, onSeen, onUnknown } from './order-events.ts';
import { onStatement } from './reconcile.ts';
import { alert, type Turn } from './turn.ts';
import { watch } from './watch.ts';

export function step(books: Books, plan: Plan, event: Event, at: Instant, turn: Turn): void {
  advance(books, plan, at, turn);
  if (event.kind === 'bar') {
    const market = noteBar(books, plan.limits, event.bar);
    if (market !== undefined) live(books, plan, market, event, turn);
    return;
  }
  if (event.kind === 'quote') {
    noteQuote(books, event.quote);
    return;
  }
  happen(books, plan, event, turn);
  settle(books, plan, event, turn);
}

/** The same without deciding or giving orders: for events whose consequences are in the record. */
export function observe(books: Books, plan: Plan, event: Event, at: Instant, turn: Turn): void {
  advance(books, plan, at, turn);
  if (event.kind === 'bar') {
    const market = noteBar(books, plan.limits, event.bar);
    if (market === undefined) return;
    if (market.guard !== undefined) watch(market, market.guard, event.bar);
    see(books, plan, market, event, turn);
  } else if (event.kind === 'quote') noteQuote(books, event.quote);
  else if (event.kind !== 'tick') happen(books, plan, event, turn);
}

/** A bar, and what is done about it: the exits first, then the agents. */
function live(books: Books, plan: Plan, market: Market, event: Event & { kind: 'bar' }, turn: Turn): void {
  const touched = market.guard === undefined ? undefined : watch(market, market.guard, event.bar);
  const isNews = see(books, plan, market, event, turn);
  if (event.history) return;
  if (market.guard !== undefined && market.held !== 0) onExits(books, plan, market, event.bar, touched, turn);
  if (isNews) decide(books, plan, market, turn);
}

/** Goes on with what waited for this event: the flatten job, a position that is being left, what protects. */
function settle(books: Books, plan: Plan, event: Exclude<Event, { kind: 'bar' | 'quote' }>, turn: Turn): void {
  const symbol = symbolOf(books, event);
  const market = symbol === undefined ? undefined : books.markets.get(symbol);
  if (market !== undefined) askAfter(books, market, turn);
  // Never within the same step: what did not even reach the broker is given again at the next tick, what it refused rests (flattenAll).
  if (event.kind !== 'orderRejected') flattenAll(books, plan, turn);
  if (books.kill.level === 'flatten') return;
  if (symbol === undefined) for (const each of books.markets.values()) attendUnlessFlattened(books, plan, each, turn);
  else if (market !== undefined) attendUnlessFlattened(books, plan, market, turn);
}

function attendUnlessFlattened(books: Books, plan: Plan, market: Market, turn: Turn): void {
  if (!flattens(books, market)) attend(books, plan, market, turn);
}

/** Whose order the event is about; nothing when it may be about anything. */
function symbolOf(books: Books, event: Event): AssetSymbol | undefined {
  if (event.kind === 'fill' || event.kind === 'fillCorrected') return event.fill.symbol;
  if (event.kind === 'orderSeen') return event.view.symbol;
  return 'order' in event ? books.orders.get(event.order)?.symbol : undefined;
}

function advance(books: Books, plan: Plan, at: Instant, turn: Turn): void {
  books.seq++;
  if (at > books.at) books.at = at;
  if (books.locks.length > 0) liftLocks(books, turn);
  if (books.risk.isDue) escalate(books, plan.limits, turn);
  if (books.day === undefined || books.at < books.day.endsAt) return;
  rollDay(books, plan.limits);
  turn.material = true;
}

/** Shows the bar to whom it concerns; whether there is something to think about. */
function see(books: Books, plan: Plan, market: Market, { bar, history }: Event & { kind: 'bar' }, turn: Turn): boolean {
  const changed = consult(books, market, bar, turn);
  const { equity, floor, ceiling } = books.lossScreen;
  if (equity < floor || equity > ceiling || books.at >= books.risk.windowEndsAt) watchEquity(books, plan.limits, turn);
  if (history) return false;
  if (market.wishUntil !== undefined) recall(books, market, bar);
  if (!changed && !market.reconsider && !(market.expiring && market.held !== 0)) return false;
  // While an order is out we think again when it ended; what protects may wait for weeks.
  market.reconsider = market.openOrders.some((order) => !isProtective(order));
  return true;
}

/** Everything but bars. */
function happen(books: Books, plan: Plan, event: Exclude<Event, { kind: 'bar' | 'quote' }>, turn: Turn): void {
  if (!mayBeIdle(event)) turn.material = true;
  switch (event.kind) {
    case 'tick':
      onTick(books, turn);
      break;
    case 'started':
      onStarted(books, plan, turn);
      break;
    case 'stopping':
      if (event.cancelOrders) cancelUnprotective(books, turn);
      break;
    case 'instruments':
      for (const instrument of event.instruments) noteInstrument(books, instrument, turn);
      break;
    case 'calendar':
      books.sessions = event.sessions;
      break;
    case 'longerBar':
      remind(books, event.timeframe, event.bar, turn);
      break;
    case 'tradingStatus':
    case 'priceBand':
    case 'loopLag':
    case 'clockSkew':
      onCondition(books, event);
      break;
    case 'feedLost':
      onFeed(books, event.feed, event.reason, turn);
      break;
    case 'feedRestored':
      onFeed(books, event.feed, undefined, turn);
      break;
    case 'statement':
      onStatement(books, plan, event.statement, turn);
      break;
    case 'killEngaged':
      engage(books, event, turn);
      break;
    case 'killReleased':
      release(books, event);
      break;
    case 'lockPlaced':
      placeLock(books, { ...event, until: event.until, cause: 'operator', isCauseThere: false }, turn);
      break;
    case 'lockRemoved':
      removeLock(books, event.lock);
      break;
    case 'releaseDenied':
      alert(turn, 'releaseDenied', `latch ${event.latchId} was not released for ${event.by}: ${event.reason}`);
      break;
    case 'fault':
      alert(turn, 'fault', `${event.where}: ${event.reason}`);
      engage(books, { level: 'cancelOpening', by: event.where, reason: event.reason }, turn);
      break;
    default:
      onOrderEvent(books, plan, event, turn);
  }
}

function noteInstrument(books: Books, instrument: Instrument, turn: Turn): void {
  marketOf(books, instrument.symbol).instrument = instrument;
  lockUntradable(books, instrument, turn);
}

type OrderEvent = Extract<Event, { kind: `order${string}` | `cancel${string}` | 'fill' | 'fillCorrected' }>;

function onOrderEvent(books: Books, plan: Plan, event: OrderEvent, turn: Turn): void {
  switch (event.kind) {
    case 'orderAccepted':
      onAccepted(books, event.order, event.brokerId, turn);
      break;
    case 'orderRejected':
      onRejected(books, event, turn);
      break;
    case 'orderUnknown':
      onUnknown(books, event.order, event.reason, turn);
      break;
    case 'orderNotFound':
      onNotFound(books, event.order, turn);
      break;
    case 'orderSeen':
      onSeen(books, event.view, event.asked === true ? books.at : undefined, turn);
      break;
    case 'fill':
      onFill(books, plan, event.fill, turn);
      break;
    case 'fillCorrected':
      onCorrected(books, plan, event, turn);
      break;
    case 'cancelAccepted':
      onCancel(books, event.order, 'acked', turn);
      break;
    case 'cancelRefused':
      onCancel(books, event.order, 'refused', turn);
      break;
    case 'cancelUnknown':
      onCancel(books, event.order, 'unknown', turn);
      break;
    default:
      event satisfies never;
  }
}
