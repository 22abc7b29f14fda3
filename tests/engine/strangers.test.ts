/** Orders that somebody gave by hand on the same account: what they can still buy or sell counts against our limits until they are over. */
import { expect, test } from 'vitest';
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import type { AssetSymbol, BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { formatFixed, parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { OrderView } from '#server/domain/statement.ts';
import { plus } from '#server/domain/time.ts';
import { grossExposureOf } from '#server/domain/valuation.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, alerts, bench, fill, NOON, placed, plan, portfolio, scripted, statement, view } from '#tests/support/builders.ts';

const BY_HAND = 'by-hand' as OrderId;
const MSFT = 'MSFT' as AssetSymbol;

/** Entries of $10,000 each, of which $15,000 are allowed at a time; the first is thought of at the second bar. */
function room(changes: Partial<OrderView> = {}, word: BrokerStatus = 'new') {
  const deployments = [{ ...portfolio().deployments[0]!, hire: scripted([undefined, 'up', 'up', 'up']) }];
  const engine = bench(plan({ portfolios: [portfolio({ deployments })], limits: { maxGrossExposure: parseMoney('15000') } }));
  engine.bar(100);
  const said = (status: BrokerStatus, more: Partial<OrderView> = {}) =>
    engine.happen({ kind: 'orderSeen', view: view(BY_HAND, status, { ...changes, ...more }) });
  said(word);
  return { engine, said, exposure: () => formatFixed(grossExposureOf(engine.books)) };
}

const sixty = { quantity: parseQuantity('60'), limitPrice: parsePrice('99') };

test('an order given by hand was not reserved: an entry beside it took the account beyond its limit', () => {
  const { engine, said, exposure } = room(sixty);
  expect(exposure()).toBe('5940');
  expect(placed(engine.bar(100))).toEqual([]);
  expect(engine.last[0]!.verdict).toMatchObject({ kind: 'refused', because: [{ rule: 'grossExposure' }] });
  // Only its end lets go of what it reserves.
  said('pending_cancel', { updatedAt: plus(NOON, 1) });
  expect(exposure()).toBe('5940');
  said('canceled', { updatedAt: plus(NOON, 2) });
  expect(exposure()).toBe('0');
  expect(placed(engine.bar(100))).toHaveLength(1);
});

test('of an order given by hand that filled in parts the rest stays reserved, and the broker is not told off for filling it', () => {
  const { engine, said, exposure } = room({ ...sixty, limitPrice: parsePrice('100') });
  const told = [20, 50].flatMap((filled, nth) => [
    ...engine.happen({ kind: 'fill', fill: { ...fill(BY_HAND, 'buy', nth === 0 ? '20' : '30', '100') } }),
    ...said('partially_filled', { filled: parseQuantity(String(filled)), updatedAt: plus(NOON, nth) }),
  ]);
  expect(exposure()).toBe('6000');
  expect(alerts(told)).toEqual(['externalOrder']);
  engine.happen({ kind: 'fill', fill: fill(BY_HAND, 'buy', '10', '100') });
  said('filled', { filled: parseQuantity('60'), updatedAt: plus(NOON, 3) });
  expect([exposure(), engine.books.externalOrders.size]).toEqual(['6000', 0]);
});

test('an order by hand for dollars reserves them; one that names neither those nor a quantity lets nothing be opened', () => {
  const dollars = room({ quantity: parseQuantity('0'), hasNoQuantity: true, dollars: parseMoney('7000') });
  expect(dollars.exposure()).toBe('7000');
  const nothing = room({ quantity: parseQuantity('0'), hasNoQuantity: true });
  expect(placed(nothing.engine.bar(100))).toEqual([]);
  expect(nothing.engine.last[0]!.verdict).toMatchObject({
    because: [{ rule: 'grossExposure', reason: expect.stringContaining('not known') }],
  });
});

test('without any price for it nothing is opened either, and what is bought at its limit is worth that', () => {
  const atMarket = room({ symbol: MSFT, quantity: parseQuantity('1') });
  expect(placed(atMarket.engine.bar(100))).toEqual([]);
  const atLimit = room({ symbol: MSFT, quantity: parseQuantity('1'), limitPrice: parsePrice('400') });
  expect(atLimit.exposure()).toBe('400');
});

test('what closes a position by hand reserves nothing, and a leg that waits for its turn neither', () => {
  const { engine, said, exposure } = room({ ...sixty, side: 'buy' });
  engine.happen({ kind: 'fill', fill: fill(BY_HAND, 'buy', '60', '100') });
  said('filled', { filled: parseQuantity('60'), updatedAt: plus(NOON, 1) });
  const sale = (id: string, word: BrokerStatus, quantity: string) =>
    engine.happen({
      kind: 'orderSeen',
      view: view(id as OrderId, word, { side: 'sell', quantity: parseQuantity(quantity), limitPrice: parsePrice('110') }),
    });
  sale('out', 'new', '50');
  sale('stop', 'held', '50');
  expect(exposure()).toBe('6000');
  // 5 more than are held, at the 110 that they bring at least: what goes beyond is short.
  sale('more', 'new', '15');
  expect(exposure()).toBe('7150');
});

test('what a statement does not list any more is asked for, and stays reserved until the broker says that it is over', () => {
  const { engine, exposure } = room(sixty);
  const commands = engine.happen({ kind: 'statement', statement: statement({ asOf: plus(engine.at, 1) }) }, plus(engine.at, 2));
  expect(commands).toContainEqual({ kind: 'ask', order: BY_HAND, brokerId: `b-${BY_HAND}` as BrokerOrderId });
  engine.happen({ kind: 'orderNotFound', order: BY_HAND });
  expect(exposure()).toBe('5940');
  engine.happen({ kind: 'orderSeen', view: view(BY_HAND, 'expired', { ...sixty, updatedAt: plus(NOON, 9) }), asked: true });
  expect(exposure()).toBe('0');
});

test('orders given by hand are reserved over a restart, and an old word of them changes nothing', () => {
  const { engine, said } = room({ ...sixty, updatedAt: plus(NOON, 5) });
  said('new', { quantity: parseQuantity('1'), updatedAt: plus(NOON, 1) });
  const books = restore(decode(encode(snapshotOf(engine.books))), engine.plan, true);
  expect(formatFixed(grossExposureOf(books))).toBe('5940');
  expect(books.markets.get(AAPL)?.openOrders).toEqual([]);
});
