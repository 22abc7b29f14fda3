/** Bars in one unbroken line: history, then live, gaps repaired, silence noticed. */
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { at, HISTORY, liveBar, run, serveHistory, wireBar } from './feed-harness.ts';
import { scriptedBroker } from './scripted-broker.ts';
import { nextMessage, sendPacked, subscribed, welcome } from './streams-script.ts';

test('warms up with the last bars of each symbol, in order of time, then goes live', async () => {
  await using broker = await scriptedBroker();
  serveHistory(broker, { AAPL: [-9, -4, -3, -2, -1, 0], MSFT: [-8, -1] });
  let live: (() => void) | undefined;
  broker.onStream('/v2/iex', async (socket) => {
    await subscribed(socket);
    live = () => sendPacked(socket, [liveBar(0), liveBar(0, 'MSFT'), liveBar(0, 'OTHER'), { T: 'b', S: 'AAPL' }]);
  });
  await using feed = run(broker, { symbols: ['AAPL', 'MSFT'] });
  await feed.start();
  await feed.told.next('feedRestored');
  // The bar that begins now is not closed yet, though the server lists it.
  expect(feed.lines()).toEqual([
    'MSFT -8 history',
    'AAPL -3 history',
    'AAPL -2 history',
    'AAPL -1 history',
    'MSFT -1 history',
    'feedRestored',
  ]);
  live?.();
  for (let i = 0; i < 7; i++) await feed.told.next('bar');
  expect(feed.lines().slice(-2)).toEqual(['AAPL 0', 'MSFT 0']);
  expect(broker.heard.every(({ query }) => query.get('feed') === 'iex' && query.get('adjustment') === 'split')).toBe(true);
});

test('live bars wait for the history behind them, and what comes both ways is live', async () => {
  await using broker = await scriptedBroker();
  let answerHistory: (() => void) | undefined;
  broker.on(HISTORY, (_, answer) => {
    answerHistory = () => answer.json(200, { bars: { AAPL: [wireBar(-1), wireBar(0)] }, next_page_token: null });
  });
  broker.onStream('/v2/iex', async (socket) => {
    await subscribed(socket);
    await broker.asked(HISTORY);
    sendPacked(socket, [liveBar(0)]);
    sendPacked(socket, [liveBar(1)]);
    socket.ping(() => socket.once('pong', () => answerHistory?.()));
  });
  await using feed = run(broker, { known: { AAPL: at(-1) } });
  feed.clock.at = at(1);
  await feed.start();
  await feed.told.next('feedRestored');
  expect(feed.lines()).toEqual(['AAPL -1 history', 'AAPL 0', 'AAPL 1', 'feedRestored']);
});

test('what comes twice, or late, is told once', async () => {
  await using broker = await scriptedBroker();
  serveHistory(broker, { AAPL: [-2, -1] });
  broker.onStream('/v2/iex', async (socket) => {
    await subscribed(socket);
    for (const minute of [0, 0, -1, 1, 0]) sendPacked(socket, [liveBar(minute)]);
    sendPacked(socket, [liveBar(2), liveBar(2)]);
    sendPacked(socket, [liveBar(3)]);
  });
  await using feed = run(broker, { known: { AAPL: at(-1) } });
  await feed.start();
  for (let i = 0; i < 5; i++) await feed.told.next('bar');
  const bars = feed.lines().filter((line) => line !== 'feedRestored');
  expect(bars.map((line) => line.split(' ')[1])).toEqual(['-1', '0', '1', '2', '3']);
});

test('after a drop the gap is repaired before anything new is told', async () => {
  await using broker = await scriptedBroker();
  const listed = [-1];
  serveHistory(broker, { AAPL: listed });
  let server: WebSocket | undefined;
  broker.onStream('/v2/iex', async (socket) => {
    server = socket;
    await subscribed(socket);
  });
  await using feed = run(broker, { known: { AAPL: at(-1) } });
  await feed.start();
  await feed.told.next('feedRestored');
  sendPacked(server!, [liveBar(0)]);
  await feed.told.next('bar');
  await feed.told.next('bar');
  listed.push(0, 1, 2, 3);
  feed.clock.at = at(4);
  server?.terminate();
  await feed.told.next('feedRestored');
  sendPacked(server!, [liveBar(4)]);
  for (let i = 0; i < 4; i++) await feed.told.next('bar');
  expect(feed.lines()).toEqual([
    'AAPL -1 history',
    'feedRestored',
    'AAPL 0',
    'feedLost',
    'AAPL 1 history',
    'AAPL 2 history',
    'AAPL 3 history',
    'feedRestored',
    'AAPL 4',
  ]);
});

test('a bar that slipped between history and subscription is fetched before the first live one', async () => {
  await using broker = await scriptedBroker();
  const listed = [-1];
  serveHistory(broker, { AAPL: listed });
  let live: ((minute: number) => void) | undefined;
  broker.onStream('/v2/iex', async (socket) => {
    await subscribed(socket);
    live = (minute) => sendPacked(socket, [liveBar(minute)]);
  });
  await using feed = run(broker, { known: { AAPL: at(-1) } });
  await feed.start();
  await feed.told.next('feedRestored');
  listed.push(0);
  live?.(1);
  live?.(2);
  for (let i = 0; i < 4; i++) await feed.told.next('bar');
  expect(feed.lines().filter((line) => line !== 'feedRestored')).toEqual(['AAPL -1 history', 'AAPL 0 history', 'AAPL 1', 'AAPL 2']);
  // Only the first live bar of a connection asks: later minutes without a trade are no gaps.
  live?.(5);
  await feed.told.next('bar');
  expect(broker.count(HISTORY)).toBe(2);
});

test("one symbol's unbroken line does not hide the hole in another's", async () => {
  await using broker = await scriptedBroker();
  const bars = { AAPL: [-1], MSFT: [-1], SPY: [-1] };
  serveHistory(broker, bars);
  let live: ((symbol: string, minute: number) => void) | undefined;
  broker.onStream('/v2/iex', async (socket) => {
    await subscribed(socket);
    live = (symbol, minute) => sendPacked(socket, [liveBar(minute, symbol)]);
  });
  await using feed = run(broker, { symbols: ['AAPL', 'MSFT', 'SPY'], known: { AAPL: at(-1), MSFT: at(-1), SPY: at(-1) } });
  await feed.start();
  await feed.told.next('feedRestored');
  // The bars of minute 0: MSFT's and SPY's were published a moment before we listened, AAPL's a moment after.
  for (const listed of Object.values(bars)) listed.push(0);
  live?.('AAPL', 0);
  live?.('MSFT', 1);
  live?.('SPY', 1);
  live?.('AAPL', 1);
  for (let i = 0; i < 9; i++) await feed.told.next('bar');
  for (const symbol of ['AAPL', 'MSFT', 'SPY']) {
    const minutes = feed.lines().flatMap((line) => (line.startsWith(symbol) ? [line.split(' ')[1]] : []));
    expect(minutes).toEqual(['-1', '0', '1']);
  }
  expect(broker.count(HISTORY)).toBe(2);
});

test('crypto has a stream and a history of its own, under the name with the slash', async () => {
  await using broker = await scriptedBroker();
  const CRYPTO = 'GET /v1beta3/crypto/us/bars';
  serveHistory(broker, { 'BTC/USD': [-2, -1] }, CRYPTO);
  let hello: unknown;
  broker.onStream('/v1beta3/crypto/us', async (socket) => {
    hello = await welcome(socket);
    expect(await nextMessage(socket)).toEqual({ action: 'subscribe', bars: ['BTC/USD'] });
    sendPacked(socket, [{ T: 'subscription', bars: ['BTC/USD'] }]);
    sendPacked(socket, [liveBar(0, 'BTC/USD')]);
  });
  await using feed = run(broker, { symbols: ['BTC/USD'] });
  await feed.start();
  for (let i = 0; i < 3; i++) await feed.told.next('bar');
  expect(hello).toEqual({ action: 'auth', key: 'key', secret: 'secret' });
  expect(feed.lines().filter((line) => line !== 'feedRestored')).toEqual(['BTC/USD -2 history', 'BTC/USD -1 history', 'BTC/USD 0']);
  expect(feed.told.events.find(({ kind }) => kind === 'feedRestored')).toMatchObject({ feed: 'crypto' });
});

test('quotes are listened to when they are wanted, and what is no quote of ours is left out', async () => {
  await using broker = await scriptedBroker();
  serveHistory(broker, {});
  const wanted: unknown[] = [];
  const wireQuote = (changes: object) => ({ T: 'q', S: 'AAPL', bp: 99.5, bs: 3, ap: 100.5, as: 0, t: new Date(at(0)), ...changes });
  broker.onStream('/v2/iex', async (socket) => {
    await welcome(socket);
    wanted.push(await nextMessage(socket));
    sendPacked(socket, [{ T: 'subscription', bars: ['AAPL'], quotes: ['AAPL'] }]);
    const odd = [{ S: 'OTHER' }, { bp: -1 }, { ap: 'dear' }, { as: Number.POSITIVE_INFINITY }, { t: 'noon' }];
    sendPacked(socket, [...odd, {}].map(wireQuote));
  });
  await using feed = run(broker, { quotes: true });
  await feed.start();
  expect(await feed.told.next('quote')).toEqual({
    kind: 'quote',
    quote: { symbol: 'AAPL', at: at(0), bid: 99.5, bidSize: 3, ask: 100.5, askSize: 0 },
  });
  expect(feed.told.events.filter(({ kind }) => kind === 'quote')).toHaveLength(1);
  expect(wanted).toEqual([{ action: 'subscribe', quotes: ['AAPL'], bars: ['AAPL'], statuses: ['AAPL'], lulds: ['AAPL'] }]);
});

test('pages through a long gap', async () => {
  await using broker = await scriptedBroker();
  broker.on(HISTORY, ({ query }, answer) => {
    const minute = Number(query.get('page_token') ?? -4);
    answer.json(200, { bars: { AAPL: [wireBar(minute)] }, next_page_token: minute < -2 ? `${minute + 1}` : null });
  });
  broker.onStream('/v2/iex', (socket) => void subscribed(socket));
  await using feed = run(broker, { known: { AAPL: at(-4) } });
  await feed.start();
  await feed.told.next('feedRestored');
  expect(feed.lines()).toEqual(['AAPL -4 history', 'AAPL -3 history', 'AAPL -2 history', 'feedRestored']);
});

test('without its history the stream does not count as live', async () => {
  await using broker = await scriptedBroker();
  broker.on(HISTORY, (_, answer) => answer.text(500, ''));
  broker.onStream('/v2/iex', (socket) => void subscribed(socket));
  await using feed = run(broker);
  await feed.start();
  expect(await feed.told.next('feedLost')).toMatchObject({ feed: 'stocks', reason: expect.stringContaining('history of stocks') });
  serveHistory(broker, { AAPL: [-1] });
  await feed.told.next('feedRestored');
  expect(feed.lines()).toEqual(['feedLost', 'AAPL -1 history', 'feedRestored']);
});

test.each([
  [405, 'symbol limit exceeded'],
  [406, 'connection limit exceeded'],
  [409, 'insufficient subscription'],
])('error %i is a loss in words, and is tried again', async (code, reason) => {
  await using broker = await scriptedBroker();
  serveHistory(broker, {});
  broker.onStream('/v2/iex', async (socket, attempt) => {
    if (attempt > 1) return subscribed(socket);
    await welcome(socket);
    sendPacked(socket, [{ T: 'error', code, msg: 'whatever' }]);
  });
  await using feed = run(broker);
  await feed.start();
  expect(await feed.told.next('feedLost')).toMatchObject({ reason });
  await feed.told.next('feedRestored');
});
