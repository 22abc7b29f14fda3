/** What happened to others, each under its own name: an order lost, doubled, or left alone. What they reported is in the comments. */
import { expect, test } from 'vitest';
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import { type BrokerOrderId, type ExecutionId, type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { formatFixed, parseQuantity } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import { grossExposureOf } from '#server/domain/valuation.ts';
import type { Command } from '#server/engine/command.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { policy, entered as protectedBy, words } from '#tests/engine/exits-bench.ts';
import { AAPL, alerts, bench, fill, NOON, placed, plan, portfolio, scripted, view } from '#tests/support/builders.ts';

/** An entry for 100 shares is on its way. */
function sent(opinions: Parameters<typeof scripted>[0] = ['up', 'up', 'up', 'up']) {
  const deployments = [{ ...portfolio().deployments[0]!, hire: scripted(opinions) }];
  const engine = bench(plan({ portfolios: [portfolio({ deployments })] }));
  const { order } = placed(engine.bar(100))[0]!;
  const said = (ms: number, word: BrokerStatus, changes = {}, asked = false): readonly Command[] => {
    const seen = view(order, word, { updatedAt: plus(NOON, ms), ...changes });
    return engine.happen(asked ? { kind: 'orderSeen', view: seen, asked: true } : { kind: 'orderSeen', view: seen });
  };
  return { engine, order, said, known: () => engine.books.orders.get(order)!, exposure: () => formatFixed(grossExposureOf(engine.books)) };
}

const sends = (commands: readonly Command[]) => commands.filter(({ kind }) => kind === 'place' || kind === 'replace');

test('Nautilus #4958: a submit without an answer was called rejected, and its order lived on as an orphan', () => {
  const { engine, order, said, known, exposure } = sent();
  engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
  for (let second = 0; second < 300; second++) engine.happen({ kind: 'tick' }, plus(engine.at, 1_000));
  expect([known().status, exposure()]).toEqual(['unknown', '10000']);
  said(1, 'new', {}, true);
  expect([known().status, exposure()]).toEqual(['working', '10000']);
});

test('Nautilus PR #4288: a cancel that was a replace ended the order in the books, and two of them lived at the broker', () => {
  const { engine, order } = protectedBy(policy({ stopLoss: { percent: 5 }, breakEven: { percent: 1 } }));
  engine.happen({ kind: 'orderSeen', view: view(order, 'new', { side: 'sell' }) });
  engine.candle(101, 102, 102);
  const [first] = [...engine.books.orders.values()].filter(({ replaces }) => replaces === order);
  // The broker has not said a word of it yet: nothing is cancelled, and nothing sent again.
  expect(words(engine.happen({ kind: 'tick' }))).toEqual([]);
  engine.happen({ kind: 'orderSeen', view: view(order, 'pending_replace', { side: 'sell', updatedAt: plus(NOON, 1) }) });
  expect(engine.books.orders.get(order)?.status).toBe('working');
  for (let nth = 0; nth < 10; nth++) expect(sends(engine.candle(102, 103 + nth, 103 + nth))).toEqual([]);
  engine.happen({ kind: 'orderSeen', view: view(order, 'replaced', { side: 'sell', updatedAt: plus(NOON, 2) }) });
  expect(engine.books.markets.get(AAPL)!.openOrders.map(({ id }) => id)).toEqual([first!.id]);
});

test('Nautilus PR #4479: an ending that the state machine could not apply was looked at for ever', () => {
  const { engine, order, said, known } = sent();
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  const commands = Array.from({ length: 1_000 }, () => said(9, 'rejected', { filled: parseQuantity('100') })).flat();
  expect([commands.length, known().status]).toEqual([0, 'filled']);
});

test('Nautilus PR #4991: a snapshot that was older than the stream brought old legs back to life', () => {
  const { engine, order } = protectedBy(policy({ stopLoss: { percent: 2 }, takeProfit: { percent: 4 } }));
  const legs = [order, stopSideOf(order)];
  const say = (word: BrokerStatus, ms: number) => {
    for (const id of legs)
      engine.happen({ kind: 'orderSeen', view: view(id, word, { side: 'sell', updatedAt: plus(NOON, ms) }), asked: true });
  };
  say('canceled', 9);
  say('new', 3);
  expect(legs.map((id) => engine.books.orders.get(id)?.status)).toEqual(['cancelled', 'cancelled']);
});

test('Qubx #434: a refused cancel meant "still alive", and 14,000 cancels were sent', () => {
  const { engine, order, said } = sent();
  said(1, 'new');
  let cancels = 0;
  engine.happen({ kind: 'killEngaged', level: 'cancelAll', by: 'test', reason: '' });
  for (let nth = 0; nth < 14_000; nth++) {
    engine.at = plus(engine.at, 1_000);
    const commands = [
      engine.happen({ kind: 'cancelRefused', order, reason: '422' }),
      said(1, 'new', {}, true),
      engine.happen({ kind: 'tick' }),
    ];
    cancels += commands.flat().filter(({ kind }) => kind === 'cancel').length;
  }
  // Four within a quarter of a minute; then a person is told, and it is tried once in five minutes, for what is to end must end one day.
  expect(cancels).toBe(4 + 46);
});

test('passivbot #514: a refused cancel meant "never placed", and the order was placed again', () => {
  const { engine, order, said, known } = sent(['up', 'down', 'up', 'up', 'up']);
  said(1, 'new');
  expect(engine.bar(100).map(({ kind }) => kind)).toEqual(['cancel']);
  const commands = [engine.happen({ kind: 'cancelRefused', order, reason: '422' }), engine.bar(100), engine.bar(100)].flat();
  expect(sends(commands)).toEqual([]);
  expect(known().status).toBe('cancelling');
});

test('TradeStation #95, IB #249: a healthy stream, or none, kept fills back, and nobody asked for them', () => {
  const { engine, said, known, order } = sent();
  expect(said(2, 'filled', { filled: parseQuantity('100') }, true)).toContainEqual({ kind: 'reconcile' });
  expect(known().status).toBe('working');
  expect(engine.happen({ kind: 'tick' }, plus(engine.at, 1_000))).toContainEqual({ kind: 'ask', order });
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  expect(known().status).toBe('filled');
});

test('LEAN Alpaca #41, #44: an execution was told twice and counted twice, also after the order had ended', () => {
  const { engine, order } = sent();
  const execution = fill(order, 'buy', '100', '100');
  for (let nth = 0; nth < 3; nth++) engine.happen({ kind: 'fill', fill: execution });
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('100');
});

test('LEAN Alpaca #58, #60: orders were sent while the stream that tells of them was down', () => {
  const engine = bench();
  engine.happen({ kind: 'feedLost', feed: 'tradeUpdates', reason: 'closed' });
  expect(placed(engine.bar(100))).toEqual([]);
  expect(engine.last[0]?.verdict?.kind).toBe('refused');
});

test('Alpaca-API #111, #199, alpaca-py #400: a cancel hung for a day', () => {
  const { engine, order, said, exposure } = sent();
  said(1, 'new');
  engine.happen({ kind: 'killEngaged', level: 'cancelAll', by: 'test', reason: '' });
  engine.happen({ kind: 'cancelAccepted', order });
  said(2, 'pending_cancel');
  const commands = Array.from({ length: 1_440 }, () => engine.happen({ kind: 'tick' }, plus(engine.at, 60_000))).flat();
  expect([alerts(commands), exposure()]).toEqual([['orderStuck'], '10000']);
  expect(commands.filter(({ kind }) => kind === 'cancel')).toEqual([]);
});

test('Alpaca-API #71: an order was said to be canceled and filled at once; the fills win', () => {
  const { engine, order, said, known } = sent();
  said(2, 'canceled');
  said(2, 'filled', { filled: parseQuantity('100') });
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  said(2, 'canceled');
  expect([known().status, formatFixed(engine.books.markets.get(AAPL)!.position.quantity)]).toEqual(['filled', '100']);
  expect(inconsistency(engine.books)).toBeUndefined();
});

test('alpaca-trade-api-python #306: a replacement was refused, and had happened', () => {
  const { engine, order } = protectedBy(policy({ stopLoss: { percent: 5 }, breakEven: { percent: 1 } }));
  engine.happen({ kind: 'orderSeen', view: view(order, 'new', { side: 'sell' }) });
  const fresh = engine.candle(101, 102, 102).flatMap((command) => (command.kind === 'replace' ? [command.order] : []))[0] as OrderId;
  engine.happen({ kind: 'orderRejected', order: fresh, code: '42210000', reason: 'no' });
  expect(engine.books.orders.get(fresh)?.status).toBe('unknown');
  engine.happen({ kind: 'orderSeen', view: view(fresh, 'new', { side: 'sell' }), asked: true });
  engine.happen({ kind: 'orderSeen', view: view(order, 'replaced', { side: 'sell', updatedAt: plus(NOON, 1) }), asked: true });
  expect(engine.books.markets.get(AAPL)!.openOrders.map(({ id, status }) => [id, status])).toEqual([[fresh, 'working']]);
});

test('Alpaca forum 11097: a take-profit filled in part, and the rest was naked', () => {
  const { engine, order } = protectedBy(policy({ stopLoss: { percent: 2 }, takeProfit: { percent: 4 } }));
  engine.fillOf(order, 'sell', '40', '104');
  engine.ended(stopSideOf(order));
  const alive = view(order, 'partially_filled', { side: 'sell', filled: parseQuantity('40') });
  expect(words(engine.happen({ kind: 'orderSeen', view: alive, asked: true }, plus(engine.at, 4_000)))).toEqual([`cancel ${order}`]);
  expect(words(engine.ended(order))).toEqual(['sell 60 oco 98 104 gtc']);
});

test('NexusFI: the exit was refused because the shares were reserved, and nobody tried again', () => {
  const { engine, order } = sent();
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  let [close] = placed(engine.happen({ kind: 'killEngaged', level: 'flatten', by: 'test', reason: '' }));
  for (let nth = 0; nth < 50; nth++) {
    engine.happen({ kind: 'orderRejected', order: close!.order, code: '403', reason: 'held_for_orders' });
    [close] = placed(engine.happen({ kind: 'tick' }, plus(engine.at, 5_000)));
    expect(close?.intent.quantity).toBe(parseQuantity('100'));
  }
  engine.happen({ kind: 'orderAccepted', order: close!.order, brokerId: 'b' as BrokerOrderId });
  const executionId = 'last' as ExecutionId;
  engine.happen({ kind: 'fill', fill: { ...fill(close!.order, 'sell', '100', '99'), executionId } });
  expect(engine.books.markets.get(AAPL)!.position.quantity).toBe(0n);
});
