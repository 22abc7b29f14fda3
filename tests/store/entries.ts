/** Journal entries for the store's tests: one of every kind of event, and with as many rows in the ledger as are wanted. */
import type { Approved, Decision, Intent } from '#server/domain/decision.ts';
import type { BrokerOrderId, DeploymentId, ExecutionId, OrderId, PortfolioId } from '#server/domain/ids.ts';
import { orderId } from '#server/domain/ids.ts';
import { parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Order } from '#server/domain/order.ts';
import type { DatedSignal } from '#server/domain/signal.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event, EventKind } from '#server/engine/event.ts';
import type { Archive } from '#server/runtime/records.ts';
import { AAPL, BTC, bar, fill, instrument, NOON, statement, view } from '#tests/support/builders.ts';

const AWKWARD = `#5 "quoted" 'single' back\\slash \\' ; -- %_ \n\t\u0000 🚀 é ${'x'.repeat(100_000)}`;
const ORDER = 'rtest-1-0' as OrderId;
const BROKER = 'b-1' as BrokerOrderId;

/** One of each kind; the compiler sees to it that none is missing. */
export const EVENTS: { readonly [Kind in EventKind]: Extract<Event, { kind: Kind }> } = {
  started: { kind: 'started', version: '0.1.0', plan: '{"a":"#1"}' },
  stopping: { kind: 'stopping', reason: '##double', cancelOrders: true },
  instruments: { kind: 'instruments', instruments: [instrument(AAPL), instrument(BTC)] },
  calendar: { kind: 'calendar', sessions: [{ date: '2026-03-18', opensAt: NOON, closesAt: (NOON + 1) as Instant }] },
  bar: { kind: 'bar', bar: bar(0, 187.123_456_789), history: false },
  longerBar: { kind: 'longerBar', timeframe: '1Day', bar: bar(0, 100) },
  quote: { kind: 'quote', quote: { symbol: AAPL, at: NOON, bid: 187.12, bidSize: 100, ask: 187.13, askSize: 0.5 } },
  tradingStatus: { kind: 'tradingStatus', symbol: AAPL, isHalted: true, reason: AWKWARD },
  priceBand: { kind: 'priceBand', symbol: AAPL, up: 196.48, down: 177.769 },
  loopLag: { kind: 'loopLag', lagMs: 1_234 },
  clockSkew: { kind: 'clockSkew', skewMs: -1_234 },
  feedLost: { kind: 'feedLost', feed: 'stocks', reason: AWKWARD },
  feedRestored: { kind: 'feedRestored', feed: 'crypto' },
  tick: { kind: 'tick' },
  statement: {
    kind: 'statement',
    statement: statement({
      cash: parseMoney('-0.000000001'),
      equity: parseMoney('1234567890123.123456789'),
      positions: [{ symbol: BTC, quantity: parseQuantity('-0.5'), averageEntryPrice: parsePrice('60000') }],
      openOrders: [view(ORDER, 'new')],
    }),
  },
  orderAccepted: { kind: 'orderAccepted', order: ORDER, brokerId: BROKER },
  orderRejected: { kind: 'orderRejected', order: ORDER, code: '40310000', reason: '#not a number' },
  orderUnknown: { kind: 'orderUnknown', order: ORDER, reason: '' },
  orderNotFound: { kind: 'orderNotFound', order: ORDER },
  orderSeen: { kind: 'orderSeen', view: view(ORDER, 'filled', { averageFillPrice: parsePrice('1.5') }) },
  fill: { kind: 'fill', fill: fill(ORDER, 'sell', '0.000000001', '99999.99') },
  fillCorrected: { kind: 'fillCorrected', previous: 'x' as ExecutionId, fill: fill(ORDER, 'sell', '0', '99999.99') },
  cancelAccepted: { kind: 'cancelAccepted', order: ORDER },
  cancelUnknown: { kind: 'cancelUnknown', order: ORDER, reason: 'HTTP 503' },
  cancelRefused: { kind: 'cancelRefused', order: ORDER, reason: '#' },
  killEngaged: { kind: 'killEngaged', level: 'flatten', by: `#${'n'.repeat(300)} 🛑`, reason: AWKWARD },
  releaseDenied: { kind: 'releaseDenied', by: 'api', note: 'fine', latchId: 3, reason: 'the typed phrase is another one' },
  killReleased: { kind: 'killReleased', by: "o'neil", note: '\\', latchId: 3 },
  lockPlaced: { kind: 'lockPlaced', scope: { kind: 'symbol', symbol: BTC }, until: NOON, by: 'ann', reason: AWKWARD },
  lockRemoved: { kind: 'lockRemoved', lock: 7, by: 'ann', note: '#' },
  fault: { kind: 'fault', where: 'w'.repeat(1_000), reason: AWKWARD },
};

export const signal = (changes: Partial<DatedSignal> = {}): DatedSignal => ({
  symbol: AAPL,
  direction: 'up',
  confidence: 0.1 + 0.2,
  horizonMs: undefined,
  reason: '#because 🚀',
  deployment: 'one' as DeploymentId,
  portfolio: 'test' as PortfolioId,
  at: NOON,
  ...changes,
});

export const intent = {
  symbol: AAPL,
  side: 'buy',
  quantity: parseQuantity('100'),
  type: 'limit',
  limitPrice: parsePrice('187.5'),
  timeInForce: 'day',
  purpose: 'open',
  exit: undefined,
  expectedPrice: parsePrice('187.49'),
  portfolio: 'test' as PortfolioId,
  deployments: ['one' as DeploymentId],
  reason: 'enter',
} satisfies Intent;

export const decision = (changes: Partial<Decision> = {}): Decision => ({
  portfolio: 'test' as PortfolioId,
  symbol: AAPL,
  votes: [{ deployment: 'one' as DeploymentId, direction: 'up', confidence: 1, value: 1, weight: 1, reason: '#1' }],
  target: undefined,
  verdict: { kind: 'approved', intent: intent as Intent as Approved<Intent> },
  order: ORDER,
  summary: 'enter',
  ...changes,
});

export const order = (changes: Partial<Order> = {}): Order => ({
  ...intent,
  sibling: undefined,
  replaces: undefined,
  replacedBy: undefined,
  id: ORDER,
  createdAt: NOON,
  status: 'submitting',
  request: 'submitting',
  cancel: undefined,
  withdrawn: false,
  ending: undefined,
  brokerId: undefined,
  broker: undefined,
  contradiction: undefined,
  filled: parseQuantity('0'),
  filledNotional: parseMoney('0'),
  executions: [],
  recountedAt: undefined,
  updatedAt: NOON,
  refusal: undefined,
  gapSince: undefined,
  absence: undefined,
  askedAt: NOON,
  asked: 0,
  alarms: [],
  ...(changes as object),
});

export const ordersOf = (archive: Archive, seq: number, count: number): Order[] =>
  Array.from({ length: count }, (_, leg) => order({ id: orderId(archive.run, seq, leg) }));

export const entry = (seq: number, event: Event = EVENTS.tick, changes: Partial<Entry> = {}): Entry => ({
  seq,
  at: (NOON + seq) as Instant,
  event,
  signals: [],
  decisions: [],
  commands: [],
  ...changes,
});

export const ticks = (from: number, count: number): Entry[] => Array.from({ length: count }, (_, nth) => entry(from + nth));

export const aFill = (seq: number, executionId: string, quantity = '1'): Entry =>
  entry(seq, { kind: 'fill', fill: { ...fill(ORDER, 'buy', quantity, '10'), executionId: executionId as ExecutionId } });

/** As the loop does it: the journal, and its ledger behind it. */
export async function written({ journal }: Archive, entries: readonly Entry[], changedOrders: readonly Order[] = []): Promise<void> {
  await journal.append(entries);
  await journal.record(entries, changedOrders);
}
