/** Every order type from the command to the wire, and pairs of which one is filled, on the built-in exchange with the real SDK. */

import { expect, test } from 'vitest';
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { wallClock } from '#server/adapters/alpaca/clock.ts';
import { rowOf } from '#server/domain/broker-status.ts';
import { type AssetSymbol, type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { formatFixed, parsePercent, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { IntentTerms } from '#server/domain/order-terms.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { type Candle, flat, series } from '#tests/exchange/harness.ts';
import { setUp } from './exchange-world.ts';
import { clientOf, gateAt, intentOf, noPause, ORDER, recorder, recordingLog, wireOrder } from './fixtures.ts';
import { scriptedBroker } from './scripted-broker.ts';

const price = parsePrice;
const order = (nth: number): OrderId => `r1-${nth}-0` as OrderId;
const PAIR = { type: 'oco', limitPrice: price('110'), stopPrice: price('95') } as const;

const selling = (terms: IntentTerms, more: Parameters<typeof intentOf>[0] = {}) =>
  intentOf({ side: 'sell', purpose: 'reduce', timeInForce: 'gtc', ...more, ...terms });

test.each<[IntentTerms, Record<string, unknown>]>([
  [{ type: 'market' }, { type: 'market' }],
  [
    { type: 'limit', limitPrice: price('101.5') },
    { type: 'limit', limit_price: '101.5' },
  ],
  [
    { type: 'stop', stopPrice: price('0.0000001') },
    { type: 'stop', stop_price: '0.0000001' },
  ],
  [
    { type: 'stop_limit', stopPrice: price('99'), limitPrice: price('98.5') },
    { type: 'stop_limit', stop_price: '99', limit_price: '98.5' },
  ],
  [
    { type: 'trailing_stop', trail: { price: price('1.25') } },
    { type: 'trailing_stop', trail_price: '1.25' },
  ],
  [
    { type: 'trailing_stop', trail: { percent: parsePercent('0.5') } },
    { type: 'trailing_stop', trail_percent: '0.5' },
  ],
  [PAIR, { type: 'limit', order_class: 'oco', take_profit: { limit_price: '110' }, stop_loss: { stop_price: '95' } }],
])('%o is worded as the broker wants it', async (terms, worded) => {
  await using broker = await scriptedBroker();
  broker.on('POST /v2/orders', (_, answer) => answer.json(200, wireOrder()));
  const log = recordingLog();
  const client = clientOf(broker, { log });
  const alpaca = createBroker({
    client,
    tell: () => undefined,
    gate: gateAt('armed'),
    clock: wallClock({ client, log }),
    log,
    pause: noPause,
  });
  alpaca.perform({ kind: 'place', order: ORDER, intent: selling(terms) });
  const { body } = await broker.asked('POST /v2/orders');
  const rest = { client_order_id: ORDER, symbol: 'AAPL', side: 'sell', qty: '3', time_in_force: 'gtc' };
  expect(body).toEqual({ ...rest, ...worded });
  await alpaca.drain(5_000);
});

/** Six flat minutes, then what is given; the world begins in the sixth. */
const market = (candles: readonly (Candle | number)[], symbol = 'AAPL', before = 100) => series(symbol, [...flat(before, 6), ...candles]);

/** Holds three shares, or one coin, and gives one order. */
async function holding(candles: readonly (Candle | number)[], terms: IntentTerms, pair?: AssetSymbol) {
  const world = await setUp([pair === undefined ? market(candles) : market(candles, pair, 50_000)]);
  const { broker, told, updates } = world;
  updates.start();
  await told.next('statement');
  const more = pair === undefined ? {} : { symbol: pair, quantity: parseQuantity('1'), timeInForce: 'gtc' as const };
  broker.perform({ kind: 'place', order: order(1), intent: intentOf(more) });
  const { fill } = await told.next('fill');
  const quantity = pair === undefined ? fill.quantity : parseQuantity('0.9975');
  broker.perform({ kind: 'place', order: order(2), intent: selling(terms, { ...more, quantity }) });
  await told.next('orderAccepted');
  expect(await told.next('orderAccepted')).toMatchObject({ order: order(2) });
  return world;
}

const statusesOf = (events: readonly Event[], id: OrderId): string[] =>
  events.flatMap((event) => (event.kind === 'orderSeen' && event.view.id === id ? [rowOf(event.view.brokerStatus).reads] : []));

async function ended({ told }: Awaited<ReturnType<typeof setUp>>, id: OrderId, status: string): Promise<void> {
  while (!statusesOf(told.events, id).includes(status)) await told.next('orderSeen');
}

const minutes = (world: Awaited<ReturnType<typeof setUp>>, count: number): void => {
  for (let i = 0; i < count; i++) world.market.advance(MINUTE_MS);
};

test.each<[string, IntentTerms, AssetSymbol | undefined, (Candle | number)[]]>([
  ['stop', { type: 'stop', stopPrice: price('98') }, undefined, [100, 99, 97, 97]],
  ['trailing stop', { type: 'trailing_stop', trail: { percent: parsePercent('2') } }, undefined, [104, 106, 103, 103]],
  [
    'stop limit',
    { type: 'stop_limit', stopPrice: price('49000'), limitPrice: price('48000') },
    'BTC/USD' as AssetSymbol,
    [50_000, 48_500, 48_500],
  ],
])('a %s waits at the exchange and sells what is held', async (_, terms, pair, candles) => {
  await using world = await holding(candles, terms, pair);
  world.broker.reconcile();
  expect((await world.told.next('statement')).statement.openOrders).toMatchObject([{ id: order(2), brokerStatus: 'new' }]);
  minutes(world, candles.length + 1);
  expect((await world.told.next('fill')).fill).toMatchObject({ order: order(2), side: 'sell' });
  await ended(world, order(2), 'filled');
  world.broker.reconcile();
  expect((await world.told.next('statement')).statement).toMatchObject({ positions: [], openOrders: [] });
});

test.each([
  ['take-profit', [100, 112, 112], order(2), stopSideOf(order(2))],
  ['stop-loss', [100, 94, 94], stopSideOf(order(2)), order(2)],
] as const)('of a pair the %s fills under its own name, and the other one ends', async (_, candles, filled, cancelled) => {
  await using world = await holding(candles, PAIR);
  expect(await world.told.next('orderAccepted')).toMatchObject({ order: stopSideOf(order(2)) });
  minutes(world, candles.length + 1);
  expect((await world.told.next('fill')).fill).toMatchObject({ order: filled, side: 'sell', quantity: parseQuantity('3') });
  await ended(world, filled, 'filled');
  await ended(world, cancelled, 'cancelled');
  expect(world.told.events.filter(({ kind }) => kind === 'orderUnknown')).toEqual([]);
});

test('one cancel ends both of a pair, and frees the shares', async () => {
  await using world = await holding([100, 100, 100], PAIR);
  const { told, broker } = world;
  broker.perform({ kind: 'cancel', order: order(2), brokerId: undefined });
  await ended(world, order(2), 'cancelled');
  await ended(world, stopSideOf(order(2)), 'cancelled');
  broker.perform({ kind: 'place', order: order(3), intent: selling({ type: 'market' }, { timeInForce: 'day' }) });
  expect((await told.next('fill')).fill).toMatchObject({ order: order(3), quantity: parseQuantity('3') });
});

/** The same account, seen by an adapter that remembers nothing. */
function reborn({ client, gate, clock, log }: Awaited<ReturnType<typeof setUp>>, fillsSince = clock.now()) {
  const told = recorder();
  return { told, broker: createBroker({ client, tell: told.tell, gate, clock, log, fillsSince, pause: noPause }) };
}

test('after a restart a stop-loss is found below its take-profit: in the statement, and when it is asked for', async () => {
  await using world = await holding([100, 100, 100], PAIR);
  const stopSide = stopSideOf(order(2));
  const first = reborn(world);
  first.broker.reconcile();
  const { statement } = await first.told.next('statement');
  expect(statement.openOrders.map(({ id, brokerStatus }) => [id, rowOf(brokerStatus).reads])).toEqual([
    [order(2), 'working'],
    [stopSide, 'working'],
  ]);
  const second = reborn(world);
  second.broker.perform({ kind: 'ask', order: stopSide, brokerId: undefined });
  expect((await second.told.next('orderSeen')).view).toMatchObject({ id: stopSide, brokerStatus: 'held' });
  second.broker.perform({ kind: 'ask', order: stopSideOf(order(7)), brokerId: undefined });
  expect(await second.told.next('orderNotFound')).toEqual({ kind: 'orderNotFound', order: stopSideOf(order(7)) });
  for (const { broker } of [first, second]) await broker.drain(5_000);
});

test('fills of a stop-loss that nobody heard of come under its name after a restart', async () => {
  await using world = await holding([100, 94, 94], PAIR);
  const since = world.clock.now();
  world.updates.stop();
  minutes(world, 4);
  const { told, broker } = reborn(world, since);
  broker.reconcile();
  await told.next('statement');
  const fills = told.events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
  expect(fills.map(({ order: id, side, quantity }) => [id, side, formatFixed(quantity)])).toContainEqual([
    stopSideOf(order(2)),
    'sell',
    '3',
  ]);
  await broker.drain(5_000);
});

const leg = (changes: Record<string, unknown> = {}) =>
  wireOrder({ id: 'b-leg', client_order_id: 'of-the-broker', order_class: 'oco', side: 'sell', type: 'stop', status: 'held', ...changes });

test('a stop-loss that fills before the reply to its pair arrives is not taken for a stranger', async () => {
  await using broker = await scriptedBroker();
  const reply = Promise.withResolvers<void>();
  broker.on('POST /v2/orders', (_, answer) => {
    void reply.promise.then(() => answer.json(200, wireOrder({ order_class: 'oco', side: 'sell', status: 'accepted', legs: [leg()] })));
  });
  const log = recordingLog();
  const told = recorder();
  const client = clientOf(broker, { log });
  const alpaca = createBroker({ client, tell: told.tell, gate: gateAt('armed'), clock: wallClock({ client, log }), log, pause: noPause });
  alpaca.perform({ kind: 'place', order: ORDER, intent: selling(PAIR) });
  await broker.asked('POST /v2/orders');
  const view = { id: 'of-the-broker', brokerId: 'b-leg', symbol: 'AAPL', side: 'sell', status: 'filled' };
  const fill = { executionId: 'x-1', order: 'of-the-broker', symbol: 'AAPL', side: 'sell', quantity: 3n, price: 95n };
  alpaca.hear({ group: { view, legs: [], isPair: true }, fill } as never);
  expect(told.events).toEqual([]);
  reply.resolve();
  expect((await told.next('fill')).fill).toMatchObject({ order: stopSideOf(ORDER), executionId: 'x-1' });
  expect((await told.next('orderSeen')).view).toMatchObject({ id: stopSideOf(ORDER), status: 'filled' });
  await alpaca.drain(5_000);
});

test('the fill of a stop-loss that the broker could not name was taken for a stranger, and counted twice when it was named', async () => {
  await using broker = await scriptedBroker();
  let lists = 0;
  broker.on('GET /v2/orders', (_, answer) => {
    lists++;
    // A read is tried three times, so the first question has no answer at all.
    if (lists <= 3) answer.text(200, '[{"id":"b-1","client_ord');
    else answer.json(200, [wireOrder({ order_class: 'oco', side: 'sell', status: 'accepted', legs: [leg()] })]);
  });
  const log = recordingLog();
  const told = recorder();
  const client = clientOf(broker, { log, pause: noPause });
  const alpaca = createBroker({ client, tell: told.tell, gate: gateAt('armed'), clock: wallClock({ client, log }), log, pause: noPause });
  const view = { id: 'of-the-broker', brokerId: 'b-leg', symbol: 'AAPL', side: 'sell', status: 'filled' };
  const fill = { executionId: 'x-1', order: 'of-the-broker', symbol: 'AAPL', side: 'sell', quantity: 3n, price: 95n };
  alpaca.hear({ group: { view, legs: [], isPair: true }, fill } as never);
  expect((await told.next('fill')).fill).toMatchObject({ order: stopSideOf(ORDER), executionId: 'x-1' });
  expect(lists).toBe(4);
  await alpaca.drain(5_000);
});

test('a reply without the stop-loss leaves it unknown, and what is unknown is asked for below its take-profit', async () => {
  await using broker = await scriptedBroker();
  const first = wireOrder({ order_class: 'oco', side: 'sell', status: 'new' });
  broker.on('POST /v2/orders', (_, answer) => answer.json(200, first));
  broker.on('GET /v2/orders:by_client_order_id', (_, answer) => answer.json(200, first));
  broker.on('GET /v2/orders/b-1', ({ query }, answer) =>
    answer.json(200, query.get('nested') === 'true' ? { ...first, legs: [leg()] } : first),
  );
  const log = recordingLog();
  const told = recorder();
  const client = clientOf(broker, { log });
  const alpaca = createBroker({ client, tell: told.tell, gate: gateAt('armed'), clock: wallClock({ client, log }), log, pause: noPause });
  alpaca.perform({ kind: 'place', order: ORDER, intent: selling(PAIR) });
  expect(await told.next('orderAccepted')).toMatchObject({ order: ORDER });
  expect(await told.next('orderUnknown')).toMatchObject({ order: stopSideOf(ORDER) });
  alpaca.perform({ kind: 'ask', order: stopSideOf(ORDER), brokerId: undefined });
  expect((await told.next('orderSeen')).view).toMatchObject({ id: stopSideOf(ORDER), brokerId: 'b-leg', brokerStatus: 'held' });
  await alpaca.drain(5_000);
});
