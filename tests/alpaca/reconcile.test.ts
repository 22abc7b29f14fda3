/** The statement of one moment, and the fills that were missed: fills first, each once, nothing half read. */
import { expect, test } from 'vitest';
import { parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { ORDER, wireAccount, wireOrder } from './fixtures.ts';
import { ACCOUNT, activity, FILLS, NOW, ORDERS, POSITIONS, quiet, setUp } from './reconcile-harness.ts';
import { scriptedBroker } from './scripted-broker.ts';

test('tells cash, positions and open orders of one moment', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  broker.on(POSITIONS, (_, answer) =>
    answer.json(200, [
      { symbol: 'BTCUSD', asset_class: 'crypto', qty: '0.5', side: 'long', avg_entry_price: '64000.123456789012' },
      { symbol: 'AAPL', asset_class: 'us_equity', qty: '-3', side: 'short', avg_entry_price: '101.5', qty_available: '-3' },
    ]),
  );
  broker.on(ORDERS, (_, answer) =>
    answer.json(200, [wireOrder(), 'nonsense', wireOrder({ id: 'b-2', client_order_id: 'by hand', status: 'a new word' })]),
  );
  await using world = setUp(broker);
  const { alpaca, told, log } = world;
  alpaca.reconcile();
  const { statement } = await told.next('statement');
  expect(statement).toMatchObject({
    account: 'PA1',
    cash: parseMoney('100000'),
    equity: parseMoney('100000'),
    buyingPower: parseMoney('200000'),
    tradingBlocked: false,
    asOf: NOW,
    positions: [
      { symbol: 'BTC/USD', quantity: parseQuantity('0.5'), averageEntryPrice: parsePrice('64000.123456789') },
      { symbol: 'AAPL', quantity: parseQuantity('-3'), averageEntryPrice: parsePrice('101.5') },
    ],
    openOrders: [
      { id: ORDER, brokerId: 'b-1', brokerStatus: 'pending_new' },
      { id: 'by hand', brokerStatus: 'a new word' },
    ],
  });
  expect(log.lines.map(({ message }) => message)).toEqual(['a message of the broker can not be read']);
});

test('the moment is the one before the first request', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  await using world = setUp(broker);
  const { alpaca, told, clock } = world;
  broker.on(POSITIONS, (_, answer) => {
    clock.at = NOW + 5_000;
    answer.json(200, []);
  });
  alpaca.reconcile();
  expect((await told.next('statement')).statement.asOf).toBe(NOW);
});

test('when something was executed meanwhile, it looks again', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  const cash = ['100', '90', '90', '80', '80', '80'];
  broker.on(ACCOUNT, (_, answer) => answer.json(200, wireAccount({ cash: cash[broker.count(ACCOUNT) - 1] })));
  await using world = setUp(broker);
  const { alpaca, told } = world;
  alpaca.reconcile();
  expect((await told.next('statement')).statement.cash).toBe(parseMoney('80'));
  expect(broker.count(ACCOUNT)).toBe(6);
});

test('a position that can not be read makes no statement; it is fetched until it can be', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  const good = { symbol: 'AAPL', asset_class: 'us_equity', qty: '1', avg_entry_price: '1' };
  broker.on(POSITIONS, (_, answer) => answer.json(200, [good, broker.count(POSITIONS) < 3 ? { symbol: 'MSFT', qty: 'many' } : good]));
  await using world = setUp(broker);
  const { alpaca, told, log } = world;
  alpaca.reconcile();
  expect((await told.next('statement')).statement.positions).toHaveLength(2);
  expect(told.events).toHaveLength(1);
  expect(log.lines.filter(({ message }) => message === 'the account could not be reconciled')).toHaveLength(2);
});

test('the broker down, then up: the statement comes', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  broker.on(ACCOUNT, (_, answer) =>
    broker.count(ACCOUNT) < 5 ? answer.text(502, '<html>Bad Gateway</html>') : answer.json(200, wireAccount()),
  );
  await using world = setUp(broker);
  const { alpaca, told } = world;
  alpaca.reconcile();
  await told.next('statement');
});

test('pages through the open orders', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  const all = Array.from({ length: 501 }, (_, nth) => wireOrder({ id: `b-${nth}`, client_order_id: `o-${nth}` }));
  broker.on(ORDERS, ({ query }, answer) => {
    const after = query.get('after_order_id');
    answer.json(200, after === null ? all.slice(0, 500) : all.slice(all.findIndex(({ id }) => id === after) + 1));
  });
  await using world = setUp(broker);
  const { alpaca, told } = world;
  alpaca.reconcile();
  expect((await told.next('statement')).statement.openOrders).toHaveLength(501);
  expect(broker.heard.find(({ path }) => path === '/v2/orders')?.query.toString()).toBe('status=open&limit=500&direction=asc&nested=true');
});

test('missed fills are told before the statement, under our id, each once', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  broker.on('GET /v2/orders/b-1', (_, answer) => answer.json(200, wireOrder()));
  broker.on('GET /v2/orders/b-9', (_, answer) => answer.json(404, { code: 40410000, message: 'order not found' }));
  broker.on(FILLS, (_, answer) => answer.json(200, [activity(1), activity(2, { order_id: 'b-9', side: 'sell_short' })]));
  await using world = setUp(broker, { fillsSince: NOW - 60_000 });
  const { alpaca, told } = world;
  alpaca.reconcile();
  await told.next('statement');
  expect(told.events.map(({ kind }) => kind)).toEqual(['fill', 'fill', 'statement']);
  expect(told.events[0]).toEqual({
    kind: 'fill',
    fill: {
      executionId: 'x-1',
      order: ORDER,
      symbol: 'AAPL',
      side: 'buy',
      quantity: parseQuantity('1'),
      price: parsePrice('101.5'),
      at: NOW + 1,
    },
  });
  expect(told.events[1]).toMatchObject({ fill: { order: 'b-9', side: 'sell' } });
  alpaca.reconcile();
  await told.next('statement');
  expect(told.events.map(({ kind }) => kind)).toEqual(['fill', 'fill', 'statement', 'statement']);
});

test("a fill of ours was taken for a stranger's when the broker did not know its order yet", async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  broker.on('GET /v2/orders/b-1', (_, answer) => {
    if (broker.count('GET /v2/orders/b-1') < 4) answer.json(404, { code: 40410000, message: 'order not found' });
    else answer.json(200, wireOrder());
  });
  broker.on(FILLS, (_, answer) => answer.json(200, [activity(1)]));
  await using world = setUp(broker, { fillsSince: NOW - 60_000 });
  world.alpaca.reconcile();
  await world.told.next('statement');
  expect(world.told.events[0]).toMatchObject({ kind: 'fill', fill: { executionId: 'x-1', order: ORDER } });
});

test('a fill that the stream told is not told again', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  broker.on('GET /v2/orders/b-1', (_, answer) => answer.json(200, wireOrder()));
  broker.on(FILLS, (_, answer) => answer.json(200, [activity(1), activity(2)]));
  await using world = setUp(broker, { fillsSince: NOW });
  const { alpaca, told } = world;
  const fill = { executionId: 'x-1', order: ORDER, symbol: 'AAPL', side: 'buy', quantity: 1n, price: 1n, at: NOW } as never;
  const group = { view: { id: ORDER, brokerId: 'b-1', symbol: 'AAPL' }, legs: [], isPair: false } as never;
  alpaca.hear({ group, fill });
  alpaca.hear({ group, fill });
  alpaca.reconcile();
  await told.next('statement');
  const news = told.events.filter(({ kind }) => kind !== 'orderSeen');
  expect(news.map((event) => (event.kind === 'fill' ? event.fill.executionId : event.kind))).toEqual(['x-1', 'x-2', 'statement']);
});

const toldOf = (told: ReturnType<typeof setUp>['told']) =>
  told.events.map((event) => (event.kind === 'fill' ? event.fill.executionId : event.kind));

test.each([
  ["ahead of the broker's", 3_600_000],
  ["behind the broker's", -3_600_000],
])(
  'books that began while our clock was %s missed what was executed after the statement, or counted twice what was before',
  async (_what, aheadMs) => {
    await using broker = await scriptedBroker();
    quiet(broker);
    broker.on('GET /v2/orders/b-1', (_, answer) => answer.json(200, wireOrder()));
    const executed = [activity(-2), activity(-1)];
    broker.on(FILLS, ({ query }, answer) => {
      const after = Date.parse(query.get('after') ?? '1970-01-01');
      const found = executed.filter(({ transaction_time }) => Date.parse(transaction_time) > after);
      answer.json(200, query.get('direction') === 'desc' ? found.reverse().slice(0, Number(query.get('page_size'))) : found);
    });
    await using world = setUp(broker);
    const { alpaca, told, clock } = world;
    clock.at += aheadMs;
    alpaca.reconcile();
    await told.next('statement');
    expect(told.events[0]).toMatchObject({ kind: 'statement', statement: { executedUntil: NOW - 1 } });
    executed.push(activity(1));
    alpaca.reconcile();
    await told.next('statement');
    expect(toldOf(told)).toEqual(['statement', 'x-1', 'statement']);
  },
);

test('books do not begin with a statement around which something was executed: nobody could say whether it is in it', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  broker.on('GET /v2/orders/b-1', (_, answer) => answer.json(200, wireOrder()));
  // The first time it is executed between the question for the newest one and the statement.
  broker.on(FILLS, (_, answer) => answer.json(200, broker.count(FILLS) > 1 ? [activity(1)] : []));
  await using world = setUp(broker);
  world.alpaca.reconcile();
  await world.told.next('statement');
  expect(world.told.events).toMatchObject([{ kind: 'statement', statement: { executedUntil: NOW + 1 } }]);
  expect(broker.count(ACCOUNT)).toBe(4);
});

test('pages through the fills by id, and looks many orders up at once', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  const all = Array.from({ length: 250 }, (_, nth) => activity(nth, { order_id: `b-${nth}` }));
  broker.on(FILLS, ({ query }, answer) => {
    const from = query.has('page_token') ? all.findIndex(({ id }) => id === query.get('page_token')) + 1 : 0;
    answer.json(200, all.slice(from, from + 100));
  });
  broker.on(ORDERS, ({ query }, answer) =>
    answer.json(
      200,
      query.get('status') === 'all' ? all.map(({ order_id }) => wireOrder({ id: order_id, client_order_id: `o-${order_id}` })) : [],
    ),
  );
  await using world = setUp(broker, { fillsSince: NOW });
  const { alpaca, told } = world;
  alpaca.reconcile();
  await told.next('statement');
  expect(told.events.filter(({ kind }) => kind === 'fill')).toHaveLength(250);
  expect(broker.count(FILLS)).toBe(3);
  expect(broker.count('GET /v2/orders/b-1')).toBe(0);
  expect(broker.heard.find(({ path }) => path.endsWith('FILL'))?.query.get('after')).toBe(new Date(NOW - 60_000).toISOString());
});

test('no fills, no statement: without them it would contradict the books', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  broker.on(FILLS, (_, answer) => (broker.count(FILLS) < 8 ? answer.text(500, '') : answer.json(200, [])));
  await using world = setUp(broker, { fillsSince: NOW });
  const { alpaca, told } = world;
  alpaca.reconcile();
  await told.next('statement');
  expect(told.events).toHaveLength(1);
  expect(broker.count(POSITIONS)).toBeGreaterThan(1);
});

test('asked for while it runs, it runs once more', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  await using world = setUp(broker, { fillsSince: NOW });
  const { alpaca, told } = world;
  for (let i = 0; i < 10; i++) alpaca.reconcile();
  await broker.asked(FILLS);
  alpaca.reconcile();
  await told.next('statement');
  await told.next('statement');
  expect(broker.count(FILLS)).toBe(2);
});

test('drain ends a reconciliation that nobody answers', async () => {
  const broker = await scriptedBroker();
  await broker[Symbol.asyncDispose]();
  const { alpaca, log } = setUp(broker, { pause: () => new Promise(() => undefined) });
  alpaca.reconcile();
  await log.said('the account could not be reconciled', 1);
  await alpaca.drain(60_000);
});
