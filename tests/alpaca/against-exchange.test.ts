/** The whole adapter against the built-in exchange behind its wire: the same books on both sides, by every way. */
import { expect, test } from 'vitest';
import { killDirect } from '#server/adapters/alpaca/direct.ts';
import { createMarketFeed } from '#server/adapters/alpaca/market-feed.ts';
import { probeBroker } from '#server/adapters/alpaca/probe.ts';
import { createReference } from '#server/adapters/alpaca/reference.ts';
import { feeOf } from '#server/domain/fees.ts';
import type { AssetSymbol, OrderId } from '#server/domain/ids.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import { formatFixed, notional, parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Fill } from '#server/domain/order.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { setUp, TIMING } from './exchange-world.ts';
import { clientOf, intentOf, noPause } from './fixtures.ts';

const SYMBOLS = ['AAPL', 'BTC/USD'] as AssetSymbol[];
/** Cash and holdings as the fills alone make them. */
function booksOf(events: readonly Event[]): { cash: string; held: Record<string, string> } {
  let cash: bigint = parseMoney('100000');
  const held: Record<string, bigint> = {};
  for (const event of events) {
    if (event.kind !== 'fill') continue;
    const { fill }: { fill: Fill } = event;
    const fee = feeOf({ cryptoTakerBasisPoints: 25 }, isCryptoSymbol(fill.symbol) ? 'crypto' : 'us_equity', fill);
    const value = notional(fill.price, fill.quantity);
    cash += (fill.side === 'buy' ? -value : value) - fee.cash;
    held[fill.symbol] = (held[fill.symbol] ?? 0n) + (fill.side === 'buy' ? fill.quantity : -fill.quantity) - fee.quantity;
  }
  const holdings = Object.entries(held).filter(([, quantity]) => quantity !== 0n);
  return { cash: formatFixed(cash), held: Object.fromEntries(holdings.map(([symbol, quantity]) => [symbol, formatFixed(quantity)])) };
}

const order = (nth: number): OrderId => `r1-${nth}-0` as OrderId;

test('orders fill, and the fills add up to the statement, to the last billionth', async () => {
  await using world = await setUp();
  const { broker, told, updates } = world;
  updates.start();
  await told.next('statement');
  broker.perform({ kind: 'place', order: order(1), intent: intentOf({ quantity: parseQuantity('7') }) });
  const pair = { symbol: 'BTC/USD' as AssetSymbol, timeInForce: 'gtc', quantity: parseQuantity('0.123456789') } as const;
  broker.perform({ kind: 'place', order: order(2), intent: intentOf(pair) });
  await told.next('fill');
  await told.next('fill');
  broker.perform({ kind: 'place', order: order(3), intent: intentOf({ side: 'sell', purpose: 'reduce', quantity: parseQuantity('2') }) });
  await told.next('fill');
  broker.reconcile();
  const { statement } = await told.next('statement');
  const held = Object.fromEntries(statement.positions.map(({ symbol, quantity }) => [symbol, formatFixed(quantity)]));
  expect({ cash: formatFixed(statement.cash), held }).toEqual(booksOf(told.events));
  expect(statement.openOrders).toEqual([]);
  expect(told.events.filter(({ kind }) => kind === 'orderAccepted')).toHaveLength(3);
  expect(world.log.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});

test('fills that the stream missed come by reconciling, under our ids', async () => {
  await using world = await setUp();
  const { broker, told } = world;
  for (const nth of [1, 2]) broker.perform({ kind: 'place', order: order(nth), intent: intentOf() });
  await told.next('orderAccepted');
  await told.next('orderAccepted');
  broker.reconcile();
  const { statement } = await told.next('statement');
  const fills = told.events.flatMap((event) => (event.kind === 'fill' ? [event.fill.order] : []));
  expect(fills.toSorted()).toEqual([order(1), order(2)]);
  expect({ cash: formatFixed(statement.cash), held: { AAPL: '6' } }).toEqual(booksOf(told.events));
});

test('a resting order is cancelled, asked for, and refused a second cancel', async () => {
  await using world = await setUp();
  const { broker, told, updates } = world;
  updates.start();
  await told.next('feedRestored');
  broker.perform({ kind: 'place', order: order(1), intent: intentOf({ type: 'limit', limitPrice: parsePrice('90') }) });
  const { brokerId } = await told.next('orderAccepted');
  broker.reconcile();
  await told.next('statement');
  expect((await told.next('statement')).statement.openOrders).toMatchObject([{ id: order(1), brokerId, brokerStatus: 'new' }]);
  broker.perform({ kind: 'cancel', order: order(1), brokerId: undefined });
  const isCancelled = (event: Event): boolean => event.kind === 'orderSeen' && event.view.brokerStatus === 'canceled';
  while (!told.events.some(isCancelled)) await told.next('orderSeen');
  broker.perform({ kind: 'cancel', order: order(1), brokerId });
  await told.next('cancelRefused');
  broker.perform({ kind: 'ask', order: order(9), brokerId: undefined });
  expect(await told.next('orderNotFound')).toMatchObject({ order: order(9) });
});

test('a definite refusal is told with the code of the exchange; the same id is never taken twice', async () => {
  await using world = await setUp();
  const { broker, told } = world;
  broker.perform({ kind: 'place', order: order(1), intent: intentOf({ quantity: parseQuantity('1000000') }) });
  expect(await told.next('orderRejected')).toMatchObject({ order: order(1), code: '40310000' });
  broker.perform({ kind: 'place', order: order(2), intent: intentOf() });
  await told.next('orderAccepted');
  await broker.drain(5_000);
  broker.perform({ kind: 'place', order: order(2), intent: intentOf() });
  expect(await told.next('orderUnknown')).toMatchObject({ order: order(2) });
});

test('reference data, history and live bars make one line', async () => {
  await using world = await setUp();
  const { client, told, clock, log, market } = world;
  const reference = createReference({ client, tell: told.tell, clock, log, symbols: SYMBOLS });
  await reference.start();
  reference.stop();
  expect(reference.sessions().length).toBeGreaterThan(0);
  const feed = createMarketFeed({
    client,
    tell: told.tell,
    clock,
    log,
    symbols: SYMBOLS,
    sessions: reference.sessions,
    warmUp: () => ({ minutes: 3, longer: [] }),
    timing: TIMING,
  });
  await feed.start();
  await told.next('feedRestored');
  await told.next('feedRestored');
  for (let i = 0; i < 3; i++) {
    market.advance(MINUTE_MS);
    await told.next('bar');
    await told.next('bar');
  }
  for (let i = 0; i < 6; i++) await told.next('bar');
  await feed.stop();
  for (const symbol of SYMBOLS) {
    const bars = told.events.flatMap((event) => (event.kind === 'bar' && event.bar.symbol === symbol ? [event] : []));
    expect(bars.map(({ history }) => history)).toEqual([true, true, true, false, false, false]);
    for (const [nth, { bar }] of bars.entries()) expect(bar.startsAt).toBe((bars[0]?.bar.startsAt ?? 0) + nth * MINUTE_MS);
    expect(clock.now()).toBeGreaterThanOrEqual(bars.at(-1)?.bar.endsAt ?? Number.POSITIVE_INFINITY);
  }
});

test('the direct kill empties the account, and the probe finds all well', async () => {
  await using world = await setUp();
  const { broker, told, client, log } = world;
  broker.perform({ kind: 'place', order: order(1), intent: intentOf() });
  broker.perform({ kind: 'place', order: order(2), intent: intentOf({ type: 'limit', limitPrice: parsePrice('90') }) });
  await told.next('orderAccepted');
  await told.next('orderAccepted');
  expect(await killDirect({ client, log, closePositions: true, pause: noPause })).toEqual({
    confirmed: true,
    cancelled: 1,
    closed: 1,
    remaining: { orders: [], positions: [] },
    failure: undefined,
  });
  const findings = await probeBroker({ client, log });
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});

test('keys that the exchange does not know are one clear finding', async () => {
  await using world = await setUp();
  const client = clientOf({ url: world.market.server.url }, { keyId: 'wrong', secretKey: 'wrong' });
  expect((await probeBroker({ client, log: world.log })).filter(({ ok }) => !ok)).toMatchObject([{ name: 'keys' }]);
});
