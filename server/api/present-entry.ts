/** A journal entry as an event of the public stream: what happened in one line of words, its facts, and what was made of it. */
import { z } from 'zod';
import type { Bar } from '#server/domain/bar.ts';
import { rowOf } from '#server/domain/broker-status.ts';
import { ofScope } from '#server/domain/kill-scope.ts';
import { nameOf, scopeText } from '#server/domain/lock.ts';
import { formatFixed } from '#server/domain/money.ts';
import type { Quote } from '#server/domain/quote.ts';
import type { Command, Entry } from '#server/engine/command.ts';
import type { Event, EventKind } from '#server/engine/event.ts';
import { decimalOf, fixedOrNull, timeOf } from './present.ts';

/** Every kind, so that clients can choose; the compiler keeps it whole. */
const KINDS = Object.keys({
  started: 0,
  stopping: 0,
  instruments: 0,
  calendar: 0,
  bar: 0,
  longerBar: 0,
  quote: 0,
  tradingStatus: 0,
  priceBand: 0,
  loopLag: 0,
  clockSkew: 0,
  feedLost: 0,
  feedRestored: 0,
  tick: 0,
  statement: 0,
  orderAccepted: 0,
  orderRejected: 0,
  orderUnknown: 0,
  orderNotFound: 0,
  orderSeen: 0,
  fill: 0,
  fillCorrected: 0,
  cancelAccepted: 0,
  cancelRefused: 0,
  cancelUnknown: 0,
  killEngaged: 0,
  killReleased: 0,
  lockPlaced: 0,
  lockRemoved: 0,
  releaseDenied: 0,
  fault: 0,
} satisfies Record<EventKind, 0>) as EventKind[];

export const eventKind = z.enum(KINDS);

const fact = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const publicEvent = z.object({
  seq: z.int(),
  at: z.iso.datetime(),
  kind: eventKind,
  summary: z.string(),
  data: z.record(z.string(), fact),
  signals: z.array(
    z.object({ symbol: z.string(), deployment: z.string(), direction: z.string(), confidence: z.number(), reason: z.string() }),
  ),
  decisions: z.array(z.object({ symbol: z.string(), summary: z.string(), order: z.string().nullable() })),
  commands: z.array(z.string()),
});

export type PublicEvent = z.infer<typeof publicEvent>;
type Facts = PublicEvent['data'];

export function presentEntry({ seq, at, event, signals, decisions, commands }: Entry): PublicEvent {
  const [summary, data] = tell(event);
  return {
    seq,
    at: timeOf(at),
    kind: event.kind,
    summary,
    data,
    signals: signals.map(({ symbol, deployment, direction, confidence, reason }) => ({
      symbol,
      deployment,
      direction,
      confidence,
      reason,
    })),
    decisions: decisions.map(({ symbol, summary: decided, order }) => ({ symbol, summary: decided, order: order ?? null })),
    commands: commands.map(inWords),
  };
}

function tellQuote({ symbol, at, bid, bidSize, ask, askSize }: Quote): readonly [string, Facts] {
  const sides = { bid: decimalOf(bid), bidSize: decimalOf(bidSize), ask: decimalOf(ask), askSize: decimalOf(askSize) };
  return [`${symbol} quoted ${sides.bid} to ${sides.ask}`, { symbol, at: new Date(at).toISOString(), ...sides }];
}

function tellBand({ symbol, up, down }: Extract<Event, { kind: 'priceBand' }>): readonly [string, Facts] {
  const limits = { up: decimalOf(up), down: decimalOf(down) };
  return [up > 0 ? `${symbol} may trade from ${limits.down} to ${limits.up}` : `${symbol} has no band`, { symbol, ...limits }];
}

function tell(event: Event): readonly [string, Facts] {
  switch (event.kind) {
    case 'started':
      // The plan stays in the journal: it is long, and system.config tells what is in force.
      return [`started, version ${event.version}`, { version: event.version }];
    case 'stopping':
      return [`stopping: ${event.reason}`, { reason: event.reason, cancelOrders: event.cancelOrders }];
    case 'instruments':
      return [`${event.instruments.length} instruments known`, { count: event.instruments.length }];
    case 'calendar':
      return [`calendar of ${event.sessions.length} sessions`, { count: event.sessions.length }];
    case 'bar':
      return tellBar(event);
    case 'longerBar':
      return [`${event.bar.symbol} closed at ${decimalOf(event.bar.close)} (${event.timeframe}, fetched)`, barFacts(event.bar)];
    case 'quote':
      return tellQuote(event.quote);
    case 'tradingStatus':
      return [
        event.isHalted ? `trading in ${event.symbol} is halted: ${event.reason}` : `trading in ${event.symbol} goes on: ${event.reason}`,
        { symbol: event.symbol, isHalted: event.isHalted, reason: event.reason },
      ];
    case 'priceBand':
      return tellBand(event);
    case 'loopLag':
      return [`timers are ${event.lagMs} ms late`, { lagMs: event.lagMs }];
    case 'clockSkew':
      return [`our clock minus the broker's is ${event.skewMs} ms`, { skewMs: event.skewMs }];
    case 'feedLost':
      return [`${event.feed} feed lost: ${event.reason}`, { feed: event.feed, reason: event.reason }];
    case 'feedRestored':
      return [`${event.feed} feed restored`, { feed: event.feed }];
    case 'tick':
      return ['time passed', {}];
    case 'statement':
      return tellStatement(event);
    case 'killEngaged':
      return tellEngaged(event);
    case 'killReleased':
      return [`kill switch released by ${event.by}: ${event.note}`, { by: event.by, note: event.note, latchId: event.latchId }];
    case 'lockPlaced':
      return tellLock(event);
    case 'lockRemoved':
      return [`lock ${event.lock} removed by ${event.by}: ${event.note}`, { lock: event.lock, by: event.by, note: event.note }];
    case 'releaseDenied':
      return [
        `release of latch ${event.latchId} denied to ${event.by}: ${event.reason}`,
        { by: event.by, note: event.note, latchId: event.latchId, reason: event.reason },
      ];
    case 'fault':
      return [`fault in ${event.where}: ${event.reason}`, { where: event.where, reason: event.reason }];
    default:
      return tellOrder(event);
  }
}

function tellEngaged({ level, by, reason, scope: part }: Extract<Event, { kind: 'killEngaged' }>): readonly [string, Facts] {
  const scope = part ?? 'account';
  return [`kill switch ${level}${ofScope(scope)} by ${by}: ${reason}`, { level, by, reason, scope }];
}

type OrderEvent = Extract<Event, { kind: `order${string}` | `cancel${string}` | 'fill' | 'fillCorrected' }>;

function tellOrder(event: OrderEvent): readonly [string, Facts] {
  switch (event.kind) {
    case 'orderAccepted':
      return [`order ${event.order} accepted`, { order: event.order, brokerId: event.brokerId }];
    case 'orderRejected':
      return [`order ${event.order} rejected: ${event.reason}`, { order: event.order, code: event.code, reason: event.reason }];
    case 'orderUnknown':
      return [`order ${event.order} has an unknown outcome: ${event.reason}`, { order: event.order, reason: event.reason }];
    case 'orderNotFound':
      return [`order ${event.order} is not known to the broker`, { order: event.order }];
    case 'orderSeen':
      return tellView(event);
    case 'fill':
      return tellFill(event);
    case 'cancelAccepted':
      return [`cancel of order ${event.order} accepted`, { order: event.order }];
    case 'cancelUnknown':
      return [`cancel of order ${event.order} has an unknown outcome: ${event.reason}`, { order: event.order, reason: event.reason }];
    case 'fillCorrected':
      return tellCorrection(event);
    case 'cancelRefused':
      return [`cancel of order ${event.order} refused: ${event.reason}`, { order: event.order, reason: event.reason }];
    default:
      return event satisfies never;
  }
}

function tellLock({ scope, until, by, reason }: Extract<Event, { kind: 'lockPlaced' }>): readonly [string, Facts] {
  const facts = { scope: scope.kind, name: nameOf(scope), until: until === undefined ? null : timeOf(until), by, reason };
  return [`${scopeText(scope)} locked by ${by} until ${facts.until ?? 'it is removed'}: ${reason}`, facts];
}

function tellBar({ bar, history }: Extract<Event, { kind: 'bar' }>): readonly [string, Facts] {
  const facts = { ...barFacts(bar), history };
  return [`${bar.symbol} closed at ${facts.close}${history ? ' (history)' : ''}`, facts];
}

function barFacts(bar: Bar) {
  return {
    symbol: bar.symbol,
    startsAt: timeOf(bar.startsAt),
    endsAt: timeOf(bar.endsAt),
    open: decimalOf(bar.open),
    high: decimalOf(bar.high),
    low: decimalOf(bar.low),
    close: decimalOf(bar.close),
    volume: decimalOf(bar.volume),
  };
}

function tellStatement({ statement }: Extract<Event, { kind: 'statement' }>): readonly [string, Facts] {
  const { account, cash, equity, buyingPower, tradingBlocked, positions, openOrders, asOf } = statement;
  const facts = {
    account,
    cash: formatFixed(cash),
    equity: formatFixed(equity),
    buyingPower: formatFixed(buyingPower),
    tradingBlocked,
    positions: positions.length,
    openOrders: openOrders.length,
    asOf: timeOf(asOf),
  };
  return [`statement: equity ${facts.equity}, ${facts.positions} positions, ${facts.openOrders} open orders`, facts];
}

function tellView({ view }: Extract<Event, { kind: 'orderSeen' }>): readonly [string, Facts] {
  const { id, brokerId, symbol, side, brokerStatus } = view;
  const { reads: status } = rowOf(brokerStatus);
  const quantity = formatFixed(view.quantity);
  const filled = formatFixed(view.filled);
  const averageFillPrice = fixedOrNull(view.averageFillPrice);
  const facts = { order: id, brokerId, symbol, side, status, brokerStatus, quantity, filled, averageFillPrice };
  return [`order ${id} is ${brokerStatus}: ${side} ${symbol}, ${filled} of ${quantity} filled`, facts];
}

function tellFill({ fill }: Extract<Event, { kind: 'fill' }>): readonly [string, Facts] {
  const { executionId, order, symbol, side, at } = fill;
  const quantity = formatFixed(fill.quantity);
  const price = formatFixed(fill.price);
  const facts = { executionId, order, symbol, side, quantity, price, at: timeOf(at) };
  return [`${side === 'buy' ? 'bought' : 'sold'} ${quantity} ${symbol} at ${price}`, facts];
}

function inWords(command: Command): string {
  switch (command.kind) {
    case 'place': {
      const { side, quantity, symbol, type } = command.intent;
      return `place ${command.order}: ${side} ${formatFixed(quantity)} ${symbol} ${type}`;
    }
    case 'replace':
      return `replace ${command.replaces} by ${command.order}`;
    case 'cancel':
      return `cancel ${command.order}`;
    case 'cancelEverything':
      return 'cancel everything';
    case 'ask':
      return `ask about ${command.order}`;
    case 'certify':
      return `certify the session of ${command.certificate.session}`;
    case 'reconcile':
      return 'ask for a statement';
    case 'alert':
      return `alert ${command.code}: ${command.text}`;
    default:
      return command satisfies never;
  }
}

function tellCorrection({ previous, fill }: Extract<Event, { kind: 'fillCorrected' }>): readonly [string, Facts] {
  const { executionId, order, symbol, side, at } = fill;
  const quantity = formatFixed(fill.quantity);
  const price = formatFixed(fill.price);
  const facts = { executionId, previous, order, symbol, side, quantity, price, at: timeOf(at) };
  const what = fill.quantity === 0n ? 'was taken back' : `is ${quantity} ${symbol} at ${price}`;
  return [`corrected by the broker: execution ${previous} ${what}`, facts];
}
