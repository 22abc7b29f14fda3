/**
 * One event in; the books changed in place, and decisions and commands in the turn. No clock, no network, no chance, no
 * await: the same books and the same events give the same commands, byte for byte, in backtest, demo, paper and live.
 */
import type { Books, Market } from '#server/domain/books.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Instant } from '#server/domain/time.ts';
import { cancelAll } from './act.ts';
import { checkDailyLoss, rollDay } from './day.ts';
import { consult, decide, recall, remind } from './decide.ts';
import type { Event } from './event.ts';
import { marketOf } from './genesis.ts';
import { engage, flatten, release } from './kill.ts';
import { noteBar, onFeed, onStarted, onTick } from './observe.ts';
import { onAccepted, onFill, onNotFound, onRejected, onSeen, onUnknown } from './order-events.ts';
import { onStatement } from './reconcile.ts';
import { alert, type Turn } from './turn.ts';

export function step(books: Books, plan: Plan, event: Event, at: Instant, turn: Turn): void {
  advance(books, plan, at, turn);
  if (event.kind === 'bar') {
    const market = see(books, plan, event, turn);
    if (market !== undefined) decide(books, plan, market, turn);
    return;
  }
  happen(books, plan, event, turn);
  // The flatten job goes on as soon as a symbol's last order ended; after a refusal it waits for the next tick.
  if (books.kill.level === 'flatten' && event.kind !== 'orderRejected') flatten(books, plan, turn);
}

/** The same without deciding or giving orders: for events whose consequences are in the record. */
export function observe(books: Books, plan: Plan, event: Event, at: Instant, turn: Turn): void {
  advance(books, plan, at, turn);
  if (event.kind === 'bar') see(books, plan, event, turn);
  else if (event.kind !== 'tick') happen(books, plan, event, turn);
}

function advance(books: Books, plan: Plan, at: Instant, turn: Turn): void {
  books.seq++;
  if (at > books.at) books.at = at;
  if (books.day === undefined || books.at < books.day.endsAt) return;
  rollDay(books, plan.limits);
  turn.material = true;
}

/** Takes a bar in; the market when there is something to think about. */
function see(books: Books, plan: Plan, { bar, history }: Event & { kind: 'bar' }, turn: Turn): Market | undefined {
  const market = noteBar(books, bar);
  if (market === undefined) return undefined;
  const changed = consult(books, market, bar, turn);
  if (books.lossScreen.equity < books.lossScreen.floor) checkDailyLoss(books, plan.limits, turn);
  if (history) return undefined;
  if (market.wishUntil !== undefined) recall(books, market, bar);
  if (!changed && !market.reconsider && !(market.expiring && market.held !== 0)) return undefined;
  // While an order is out we think again when it ended.
  market.reconsider = market.openOrders.length > 0;
  return market;
}

/** Everything but bars. */
function happen(books: Books, plan: Plan, event: Exclude<Event, { kind: 'bar' }>, turn: Turn): void {
  if (event.kind !== 'tick') turn.material = true;
  switch (event.kind) {
    case 'tick':
      onTick(books, turn);
      break;
    case 'started':
      onStarted(books, turn);
      break;
    case 'stopping':
      if (event.cancelOrders) cancelAll(books, turn);
      break;
    case 'instruments':
      for (const instrument of event.instruments) marketOf(books, instrument.symbol).instrument = instrument;
      break;
    case 'calendar':
      books.sessions = event.sessions;
      break;
    case 'longerBar':
      remind(books, event.timeframe, event.bar, turn);
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
    case 'fault':
      alert(turn, 'fault', `${event.where}: ${event.reason}`);
      engage(books, { level: 'cancelOpening', by: event.where, reason: event.reason }, turn);
      break;
    default:
      onOrderEvent(books, plan, event, turn);
  }
}

type OrderEvent = Extract<Event, { kind: `order${string}` | 'fill' | 'cancelRefused' }>;

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
      onSeen(books, event.view, turn);
      break;
    case 'fill':
      onFill(books, plan, event.fill, turn);
      break;
    case 'cancelRefused':
      // Says nothing about whether the order lives: the next tick asks, because its status stays `cancelling`.
      break;
    default:
      event satisfies never;
  }
}
