/** Defects that were found by reading, each under its name. */
import { expect, test } from 'vitest';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { formatFixed, parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { dayProfitLossOf, grossExposureOf } from '#server/domain/valuation.ts';
import type { Event } from '#server/engine/event.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { AAPL, alerts, type Bench, bench, fill, giveUp, placed, plan, portfolio, scripted, view } from '#tests/support/builders.ts';

const engaged = { kind: 'killEngaged', level: 'flatten', by: 'operator', reason: 'test' } as const;
const held = (symbol: string, quantity: string, averageEntryPrice = '100') => ({
  symbol: symbol as typeof AAPL,
  quantity: parseQuantity(quantity),
  averageEntryPrice: parsePrice(averageEntryPrice),
});

test('flatten closes what is held outside the plan, though nobody told its instrument', () => {
  const engine = bench(plan(), { positions: [held('TSLA', '-3'), held('DOGE/USD', '12.5', '0.1')] });
  const closes = placed(engine.happen(engaged)).map(({ intent }) => intent);
  expect(closes).toMatchObject([
    { symbol: 'TSLA', side: 'buy', quantity: parseQuantity('3'), timeInForce: 'day', purpose: 'reduce' },
    { symbol: 'DOGE/USD', side: 'sell', quantity: parseQuantity('12.5'), timeInForce: 'gtc', purpose: 'reduce' },
  ]);
});

test('an exit leaves though the instrument is not known', () => {
  const engine = bench(plan({ portfolios: [portfolio({ deployments: [{ ...portfolio().deployments[0]!, hire: scripted(['flat']) }] })] }), {
    positions: [held('AAPL', '7')],
  });
  engine.books.markets.get(AAPL)!.instrument = undefined;
  expect(placed(engine.bar(100))[0]?.intent).toMatchObject({ side: 'sell', purpose: 'reduce', quantity: parseQuantity('7') });
});

test('two fills of a foreign order are one filled order', () => {
  const engine = bench();
  engine.happen({ kind: 'fill', fill: fill('by-hand' as OrderId, 'buy', '5', '100') });
  engine.happen({ kind: 'fill', fill: fill('by-hand' as OrderId, 'buy', '5', '100') });
  expect(engine.books.filledOrderCount).toBe(1);
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('10');
});

/** An order that was given up for lost. */
function lost(): { engine: Bench; order: OrderId } {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
  giveUp(engine, order);
  expect(engine.books.orders.get(order)?.status).toBe('rejected');
  return { engine, order };
}

test.each<[string, (order: OrderId) => Event]>([
  ['a partial fill', (order) => ({ kind: 'fill', fill: fill(order, 'buy', '30', '100') })],
  ['an acceptance', (order) => ({ kind: 'orderAccepted', order, brokerId: 'b1' as BrokerOrderId })],
  ['a sight of it', (order) => ({ kind: 'orderSeen', view: view(order, 'new') })],
])('%s of an order given up for lost brings its exposure back and withdraws it', (_name, evidence) => {
  const { engine, order } = lost();
  const commands = engine.happen(evidence(order));
  expect(commands).toContainEqual(expect.objectContaining({ kind: 'cancel', order }));
  expect(engine.books.orders.get(order)?.status).toBe('cancelling');
  expect(formatFixed(grossExposureOf(engine.books))).toBe('10000');
  expect(engine.books.finished).not.toContain(order);
  expect(inconsistency(engine.books)).toBeUndefined();
});

test('what an inherited position lost before its first price is no loss of this day; what it loses after is, to the cent', () => {
  const engine = bench(plan({ portfolios: [portfolio({ deployments: [] })] }), { positions: [held('AAPL', '100')] });
  const profit = () => formatFixed(dayProfitLossOf(engine.books)!);
  engine.bar(50);
  expect(profit()).toBe('0');
  expect(engine.books.kill.level).toBe('armed');
  engine.bar(30.01);
  expect([profit(), engine.books.kill.level]).toEqual(['-1999', 'armed']);
  expect(alerts(engine.bar(30))).toEqual(['killEngaged']);
  expect(engine.books.kill).toMatchObject({ level: 'reduceOnly', by: 'risk.dailyLoss' });
});

test('the same for an inherited short', () => {
  const engine = bench(plan({ portfolios: [portfolio({ deployments: [] })] }), {
    cash: parseMoney('200000'),
    positions: [held('AAPL', '-100')],
  });
  engine.bar(150);
  expect(formatFixed(dayProfitLossOf(engine.books)!)).toBe('0');
  engine.bar(169.99);
  expect(engine.books.kill.level).toBe('armed');
  engine.bar(170);
  expect(engine.books.kill.level).toBe('reduceOnly');
});
