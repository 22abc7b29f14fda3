/** The stream of the account's orders: what is told of its messages, and that it comes back from everything. */
import { expect, test } from 'vitest';
import { createTradeUpdates, type TradeUpdates } from '#server/adapters/alpaca/trade-updates.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import { clientOf, ORDER, recorder, recordingLog, wireOrder } from './fixtures.ts';
import { type ScriptedBroker, scriptedBroker } from './scripted-broker.ts';
import { authorize, listen, nextMessage, sendJson } from './streams-script.ts';

const TIMING = { stepMs: 5_000, firstPauseMs: 2, longestPauseMs: 10, crowdedPauseMs: 40 };

interface Running extends AsyncDisposable {
  readonly told: ReturnType<typeof recorder>;
  readonly log: ReturnType<typeof recordingLog>;
  readonly updates: TradeUpdates;
  readonly restored: () => number;
}

function run(broker: ScriptedBroker, timing = TIMING): Running {
  const told = recorder();
  const log = recordingLog();
  let restored = 0;
  const updates = createTradeUpdates({
    client: clientOf(broker),
    tell: told.tell,
    log,
    hear: ({ group: { view }, fill }) => {
      if (fill !== undefined) told.tell({ kind: 'fill', fill });
      told.tell({ kind: 'orderSeen', view });
    },
    onRestored: () => void restored++,
    timing,
    random: () => 0,
  });
  updates.start();
  return {
    told,
    log,
    updates,
    restored: () => restored,
    [Symbol.asyncDispose]: async () => updates.stop(),
  };
}

const update = (event: string, more: Record<string, unknown> = {}, order: Record<string, unknown> = {}) => ({
  stream: 'trade_updates',
  data: { event, timestamp: '2026-01-05T15:00:00.123456789Z', order: wireOrder(order), ...more },
});

test('tells fills with their price, then the order; every other event as an order seen', async () => {
  await using broker = await scriptedBroker();
  const hello: unknown[] = [];
  broker.onStream('/stream', async (socket) => {
    hello.push(await authorize(socket), await nextMessage(socket));
    sendJson(socket, { stream: 'listening', data: { streams: ['trade_updates'] } });
    sendJson(socket, update('new', {}, { status: 'new' }));
    sendJson(
      socket,
      update(
        'partial_fill',
        { execution_id: 'x-1', price: '101.5', qty: '1', position_qty: '1' },
        { status: 'partially_filled', filled_qty: '1', filled_avg_price: '101.5' },
      ),
    );
    sendJson(socket, update('an_event_of_next_year', {}, { status: 'a_status_of_next_year' }));
    sendJson(socket, update('canceled', {}, { status: 'canceled', symbol: 'BTC/USD', asset_class: 'crypto' }));
  });
  await using running = run(broker);
  for (let i = 0; i < 4; i++) await running.told.next('orderSeen');
  expect(hello).toEqual([
    { action: 'authenticate', data: { key_id: 'key', secret_key: 'secret' } },
    { action: 'listen', data: { streams: ['trade_updates'] } },
  ]);
  expect(running.told.events).toMatchObject([
    { kind: 'feedRestored', feed: 'tradeUpdates' },
    { kind: 'orderSeen', view: { id: ORDER, status: 'working' } },
    {
      kind: 'fill',
      fill: {
        executionId: 'x-1',
        order: ORDER,
        price: parsePrice('101.5'),
        quantity: parseQuantity('1'),
        at: Date.parse('2026-01-05T15:00:00.123Z'),
      },
    },
    { kind: 'orderSeen', view: { filled: parseQuantity('1') } },
    { kind: 'orderSeen', view: { status: 'working', brokerStatus: 'a_status_of_next_year' } },
    { kind: 'orderSeen', view: { status: 'cancelled', symbol: 'BTC/USD' } },
  ]);
  expect(running.restored()).toBe(1);
});

test('what can not be understood makes it reconcile, and the stream goes on', async () => {
  await using broker = await scriptedBroker();
  broker.onStream('/stream', async (socket) => {
    await listen(socket);
    socket.send('not json');
    sendJson(socket, { stream: 'trade_updates', data: { event: 'fill' } });
    sendJson(socket, update('fill', { execution_id: 'x-1', price: 'much', qty: '1' }));
    sendJson(socket, update('fill', { execution_id: 'x-2', price: '1', qty: '1' }, { qty: 'some' }));
    sendJson(socket, update('new'));
  });
  await using running = run(broker);
  await running.told.next('orderSeen');
  await running.told.next('orderSeen');
  expect(running.told.events.map(({ kind }) => kind)).toEqual(['feedRestored', 'orderSeen', 'orderSeen']);
  expect(running.restored()).toBe(3);
});

test('after a drop it tells the loss, comes back, and reconciles again', async () => {
  await using broker = await scriptedBroker();
  broker.onStream('/stream', async (socket, attempt) => {
    await listen(socket);
    if (attempt < 3) socket.terminate();
  });
  await using running = run(broker);
  for (let i = 0; i < 3; i++) await running.told.next('feedRestored');
  expect(running.told.events.map(({ kind }) => kind)).toEqual(['feedRestored', 'feedLost', 'feedRestored', 'feedLost', 'feedRestored']);
  expect(running.restored()).toBe(3);
});

test.each<[string, (broker: ScriptedBroker) => void, string]>([
  ['a silent authentication', (broker) => broker.onStream('/stream', () => undefined), 'no answer to the authentication within 300 ms'],
  ['a silent subscription', (broker) => broker.onStream('/stream', authorize), 'no acknowledgement of the subscription within 300 ms'],
  [
    'refused keys',
    (broker) =>
      broker.onStream('/stream', async (socket) => {
        await nextMessage(socket);
        sendJson(socket, { stream: 'authorization', data: { status: 'unauthorized', action: 'authenticate' } });
      }),
    'auth failed',
  ],
  [
    'an HTML page instead of a stream',
    (broker) => broker.refuseStream('/stream', 'HTTP/1.1 401 Unauthorized'),
    'Unexpected server response: 401',
  ],
])('%s is a loss told once, and tried again until it is well', async (_name, script, reason) => {
  await using broker = await scriptedBroker();
  script(broker);
  await using running = run(broker, { ...TIMING, stepMs: 300 });
  expect(await running.told.next('feedLost')).toEqual({ kind: 'feedLost', feed: 'tradeUpdates', reason });
  await running.log.said('a stream is down', 3);
  broker.onStream('/stream', (socket) => void listen(socket));
  await running.told.next('feedRestored');
  expect(running.told.events).toHaveLength(2);
});

test.each<[string, (broker: ScriptedBroker) => void]>([
  [
    '406',
    (broker) =>
      broker.onStream('/stream', (socket) => sendJson(socket, { action: 'error', data: { error_message: 'connection limit exceeded' } })),
  ],
  ['429', (broker) => broker.refuseStream('/stream', 'HTTP/1.1 429 Too Many Requests')],
])('after %s it keeps away longer', async (_name, script) => {
  await using broker = await scriptedBroker();
  script(broker);
  await using running = run(broker);
  await running.told.next('feedLost');
  const waits = running.log.lines.flatMap(({ facts }) => ('waitMs' in facts ? [facts.waitMs] : []));
  expect(waits).toEqual([40]);
});

test('stopped, it says nothing more and leaves no connection', async () => {
  await using broker = await scriptedBroker();
  const closed = new Promise<void>((resolve) =>
    broker.onStream('/stream', (socket) => {
      socket.on('close', () => resolve());
      void listen(socket);
    }),
  );
  const running = run(broker);
  await running.told.next('feedRestored');
  running.updates.stop();
  await closed;
  expect(running.told.events).toHaveLength(1);
});
