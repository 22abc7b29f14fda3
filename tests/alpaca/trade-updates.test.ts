/** The stream of the account's orders: what is told of its messages, and that it comes back from everything. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { createTradeUpdates, type TradeUpdates } from '#server/adapters/alpaca/trade-updates.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { clientOf, ORDER, recorder, recordingLog, wireOrder } from './fixtures.ts';
import { type ScriptedBroker, scriptedBroker } from './scripted-broker.ts';
import { authorize, listen, nextMessage, sendJson } from './streams-script.ts';

const TIMING = { stepMs: 5_000, firstPauseMs: 2, longestPauseMs: 10, crowdedPauseMs: 40, steadyAfterMs: 0 };

const NOW = Date.parse('2026-01-05T15:00:00Z') as Instant;

interface Running extends AsyncDisposable {
  readonly told: ReturnType<typeof recorder>;
  readonly log: ReturnType<typeof recordingLog>;
  readonly updates: TradeUpdates;
  readonly restored: () => number;
  readonly graceIsOver: { resolve(): void };
}

function run(broker: ScriptedBroker, timing = TIMING, hearing?: () => void): Running {
  const told = recorder();
  const log = recordingLog();
  let restored = 0;
  const graceIsOver = Promise.withResolvers<void>();
  const updates = createTradeUpdates({
    client: clientOf(broker),
    tell: told.tell,
    clock: { now: () => NOW },
    log,
    hear: ({ group: { view }, fill }) => {
      hearing?.();
      if (fill !== undefined) told.tell({ kind: 'fill', fill });
      told.tell({ kind: 'orderSeen', view });
    },
    onRestored: () => void restored++,
    timing,
    random: () => 0,
    pause: () => graceIsOver.promise,
  });
  updates.start();
  return {
    told,
    log,
    updates,
    restored: () => restored,
    graceIsOver,
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
    { kind: 'orderSeen', view: { id: ORDER, brokerStatus: 'new' } },
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
    { kind: 'orderSeen', view: { brokerStatus: 'a_status_of_next_year' } },
    { kind: 'orderSeen', view: { brokerStatus: 'canceled', symbol: 'BTC/USD' } },
  ]);
  expect(running.restored()).toBe(1);
});

test('a cancel that the broker took and then refuses is told after the order', async () => {
  await using broker = await scriptedBroker();
  broker.onStream('/stream', async (socket) => {
    await authorize(socket);
    await nextMessage(socket);
    sendJson(socket, { stream: 'listening', data: { streams: ['trade_updates'] } });
    sendJson(socket, update('order_cancel_rejected', {}, { status: 'new' }));
  });
  const told = recorder();
  const [log, client] = [recordingLog(), clientOf(broker)];
  const parts = { client, tell: told.tell, log, gate: { level: () => 'armed' as const }, clock: { now: () => 0 as Instant } };
  const updates = createTradeUpdates({ ...parts, hear: createBroker(parts).hear, onRestored: () => undefined });
  updates.start();
  expect(await told.next('cancelRefused')).toMatchObject({ order: ORDER });
  expect(told.events.map(({ kind }) => kind)).toEqual(['feedRestored', 'orderSeen', 'cancelRefused']);
  updates.stop();
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

test('a server that says when to come back is left alone until then', async () => {
  await using broker = await scriptedBroker();
  broker.refuseStream('/stream', 'HTTP/1.1 429 Too Many Requests\r\nretry-after: 7');
  await using running = run(broker);
  await running.told.next('feedLost');
  const waits = running.log.lines.flatMap(({ facts }) => ('waitMs' in facts ? [facts.waitMs] : []));
  expect(waits).toEqual([7_000]);
});

test('a server that drops every connection as soon as it stands is asked ever more slowly, until one lasts', async () => {
  await using broker = await scriptedBroker();
  broker.onStream('/stream', async (socket, attempt) => {
    await listen(socket);
    if (attempt < 6) socket.terminate();
  });
  await using running = run(broker, { ...TIMING, longestPauseMs: 1_000, steadyAfterMs: 60_000 });
  for (let i = 0; i < 6; i++) await running.told.next('feedRestored');
  const waits = running.log.lines.flatMap(({ facts }) => ('waitMs' in facts ? [facts.waitMs] : []));
  expect(waits).toEqual([1, 2, 4, 8, 16]);
});

test('a listener that throws is logged, and the next message is heard', async () => {
  await using broker = await scriptedBroker();
  broker.onStream('/stream', async (socket) => {
    await listen(socket);
    for (let i = 0; i < 2; i++) sendJson(socket, update('new'));
  });
  let heard = 0;
  await using running = run(broker, TIMING, () => {
    if (++heard === 1) throw new Error('a defect of ours');
  });
  await running.told.next('orderSeen');
  expect(running.log.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
    'a message of a stream could not be worked on',
  ]);
  expect(running.told.events.map(({ kind }) => kind)).toEqual(['feedRestored', 'orderSeen']);
});

test('a server that takes the connection and says nothing is given up', async () => {
  await using broker = await scriptedBroker();
  const mute = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const running = run({ ...broker, url: `http://127.0.0.1:${(mute.address() as AddressInfo).port}` }, { ...TIMING, stepMs: 100 });
  expect(await running.told.next('feedLost')).toMatchObject({ reason: 'no connection within 100 ms' });
  running.updates.stop();
  mute.close();
});

/** TradeStation #95: the socket lives and answers pings, and fills do not come. */
test('a stream that lives by its heartbeats and keeps an execution back is made anew', async () => {
  await using broker = await scriptedBroker();
  broker.onStream('/stream', (socket) => void listen(socket));
  await using running = run(broker);
  await running.told.next('feedRestored');
  const execution = { brokerId: 'b-1' as never, filledAfter: parseQuantity('1'), at: (NOW + 1) as Instant };
  running.updates.missed(execution);
  running.graceIsOver.resolve();
  expect(await running.told.next('feedLost')).toMatchObject({
    reason: 'it did not tell of an execution of order b-1 at 2026-01-05T15:00:00.001Z',
  });
  await running.told.next('feedRestored');
});

test.each<[string, object, boolean]>([
  ['that the stream tells of a little later', {}, true],
  ['from before the stream was live', { at: NOW as Instant }, false],
  ['that the broker did not count', { filledAfter: undefined }, false],
])('an execution %s leaves it alone', async (_name, changes, isTold) => {
  await using broker = await scriptedBroker();
  let socketOf: WebSocket | undefined;
  broker.onStream('/stream', async (socket) => {
    await listen(socket);
    socketOf = socket;
  });
  await using running = run(broker);
  await running.told.next('feedRestored');
  running.updates.missed({ brokerId: 'b-1' as never, filledAfter: parseQuantity('1'), at: (NOW + 1) as Instant, ...changes });
  const execution = { execution_id: 'x-1', price: '101.5', qty: '1' };
  if (isTold) sendJson(socketOf!, update('partial_fill', execution, { status: 'partially_filled', filled_qty: '1' }));
  else sendJson(socketOf!, update('new'));
  await running.told.next('orderSeen');
  running.graceIsOver.resolve();
  sendJson(socketOf!, update('new'));
  await running.told.next('orderSeen');
  expect(running.told.events.filter(({ kind }) => kind === 'feedLost')).toEqual([]);
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
