/** events.stream: every entry once, in order, however often the line is cut, and a slow reader costs no memory. */
import { createTRPCClient, httpSubscriptionLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { publicEvent } from '#server/api/present-entry.ts';
import type { AppRouter } from '#server/api/routers/app.ts';
import { cuttingProxy } from './cutting-proxy.ts';
import type { FakeDaemon } from './fake-desk.ts';
import { BEARER, serveFake, socketClient } from './harness.ts';
import { readSse } from './sse.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

function emitSome(daemon: FakeDaemon, count: number): void {
  for (let i = 0; i < count; i++) daemon.emit({ kind: 'feedLost', feed: 'stocks', reason: `number ${daemon.books.seq + 1}` });
}

const bursts = (maxLength: number) => fc.array(fc.integer({ min: 0, max: 40 }), { maxLength });
const scenario = fc.record({
  before: fc.integer({ min: 0, max: 450 }),
  whileReading: bursts(6),
  live: bursts(12),
  cutsAfterBytes: fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 5 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Entries before the reader comes, while its pages are on their way, and between turns once it listens. */
function play(daemon: FakeDaemon, { before, whileReading, live }: Scenario) {
  emitSome(daemon, before);
  const readings = [...whileReading];
  daemon.whileReading = () => emitSome(daemon, readings.shift() ?? 0);
  const emitLive = async () => {
    for (const burst of live) {
      emitSome(daemon, burst);
      await turn();
    }
    // The end mark, so that the reader knows that it has all.
    daemon.whileReading = () => undefined;
    daemon.emit({ kind: 'stopping', reason: 'that was all', cancelOrders: false });
  };
  return { emitLive };
}

test('over WebSocket, cut at random bytes: every entry once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (played) => {
      await using served = await serveFake({ limits: { maxWaitingEntries: 16 } });
      await using proxy = await cuttingProxy(served.api.port, played.cutsAfterBytes);
      const { emitLive } = play(served.daemon, played);
      await using client = socketClient(proxy.url);
      const seen: number[] = [];
      const started = Promise.withResolvers<void>();
      const complete = Promise.withResolvers<void>();
      const subscription = client.trpc.events.stream.subscribe(
        { lastEventId: '0' },
        {
          onStarted: () => started.resolve(),
          onData: ({ id, data }) => {
            seen.push(publicEvent.parse(data).seq);
            if (id !== String(data.seq)) complete.reject(new Error(`id ${id} of entry ${data.seq}`));
            if (data.kind === 'stopping') complete.resolve();
          },
          onError: complete.reject,
        },
      );
      await started.promise;
      await emitLive();
      await complete.promise;
      await turn();
      subscription.unsubscribe();
      expect(seen).toEqual(upTo(served.daemon.books.seq));
    }),
    { numRuns: 60 },
  );
}, 30_000);

test('over SSE, cut at random bytes: every entry once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (played) => {
      await using served = await serveFake({ limits: { maxWaitingEntries: 16 } });
      const { emitLive } = play(served.daemon, played);
      let emitting: Promise<void> | undefined;
      served.daemon.listening = () => {
        emitting ??= turn().then(emitLive);
      };
      const seen: number[] = [];
      let isComplete = false;
      for (let connection = 0; !isComplete; connection++) {
        const maxBytes = played.cutsAfterBytes[connection] ?? Number.POSITIVE_INFINITY;
        const lastEventId = String(seen.at(-1) ?? 0);
        for await (const { id, data } of readSse(`${served.api.url}/trpc/events.stream`, { lastEventId, maxBytes })) {
          expect(id).toBe(String(data.seq));
          seen.push(publicEvent.parse(data).seq);
          isComplete = data.kind === 'stopping';
          if (isComplete) break;
        }
      }
      await emitting;
      expect(seen).toEqual(upTo(served.daemon.books.seq));
    }),
    { numRuns: 60 },
  );
}, 30_000);

const sseClient = (url: string) =>
  createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: `${url}/trpc`,
        EventSource,
        eventSourceOptions: { fetch: (input, init) => fetch(input, { ...(init as RequestInit), headers: { ...init.headers, ...BEARER } }) },
      }),
    ],
  });

test("tRPC's own SSE client, with the token in a header, comes back by itself where it was cut", async () => {
  await using served = await serveFake();
  await using proxy = await cuttingProxy(served.api.port, [20_000]);
  emitSome(served.daemon, 300);
  const seen: number[] = [];
  const complete = Promise.withResolvers<void>();
  const subscription = sseClient(proxy.url).events.stream.subscribe(
    { lastEventId: '0' },
    {
      onData: ({ data }) => {
        seen.push(data.seq);
        if (data.seq === 300) complete.resolve();
      },
      onError: complete.reject,
    },
  );
  await complete.promise;
  subscription.unsubscribe();
  expect(seen).toEqual(upTo(300));
  expect(proxy.connections()).toBe(2);
}, 15_000);

test('without an id the stream begins now; kinds choose', async () => {
  await using served = await serveFake();
  emitSome(served.daemon, 5);
  await using client = socketClient(served.api.url);
  const seen: string[] = [];
  const started = Promise.withResolvers<void>();
  const complete = Promise.withResolvers<void>();
  const subscription = client.trpc.events.stream.subscribe(
    { kinds: ['fault', 'stopping'] },
    {
      onStarted: () => started.resolve(),
      onData: ({ data }) => {
        seen.push(`${data.seq} ${data.kind}`);
        if (data.kind === 'stopping') complete.resolve();
      },
    },
  );
  await started.promise;
  emitSome(served.daemon, 3);
  served.daemon.emit({ kind: 'fault', where: 'loop', reason: 'x' });
  served.daemon.emit({ kind: 'stopping', reason: 'done', cancelOrders: false });
  await complete.promise;
  subscription.unsubscribe();
  expect(seen).toEqual(['9 fault', '10 stopping']);
});

test.each(['-1', 'x', '1e3', '9'.repeat(16), ''])('the id %j is refused', async (lastEventId) => {
  await using served = await serveFake();
  await using client = socketClient(served.api.url);
  const failure = await new Promise((resolve) => {
    client.trpc.events.stream.subscribe({ lastEventId }, { onError: ({ data }) => resolve(data?.appCode) });
  });
  expect(failure).toBe('inputInvalid');
});

test('streams that ended give their place back; too many are refused', async () => {
  await using served = await serveFake({ limits: { maxStreams: 1 } });
  const url = `${served.api.url}/trpc/events.stream`;
  for (let round = 0; round < 3; round++) {
    served.daemon.emit({ kind: 'tick' });
    for await (const { data } of readSse(url, { lastEventId: '0' })) {
      expect(data.kind).toBe('tick');
      await using second = socketClient(served.api.url);
      const failure = await new Promise((resolve) => {
        second.trpc.events.stream.subscribe({}, { onError: ({ data: told }) => resolve(told?.appCode) });
      });
      expect(failure).toBe('tooMany');
      break;
    }
    while (served.daemon.listeners.size > 0) await turn();
  }
});

/** Entries so large that what the kernel takes is little against what is waiting. */
const LARGE = 'x'.repeat(50_000);
const MANY = 1_000;

/** Counts how many entries were made ready for the wire. */
async function emitCounted(daemon: FakeDaemon): Promise<() => number> {
  let presented = 0;
  for (let i = 0; i < MANY; i++) {
    const entry = daemon.emit({ kind: 'fault', where: 'x', reason: LARGE });
    const count = () => {
      presented += 1;
      return [];
    };
    Object.defineProperty(entry, 'commands', { get: count });
    await turn();
  }
  return () => presented;
}

test('a WebSocket reader that stops reading is not served ahead, and misses nothing when it goes on', async () => {
  await using served = await serveFake({ limits: { maxWaitingEntries: 10 } });
  const socket = new WebSocket(`${served.api.url.replace('http', 'ws')}/trpc`, { headers: BEARER });
  const seen: number[] = [];
  const complete = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  socket.on('message', (message) => {
    const { result } = JSON.parse(String(message)) as { result: { type: string; data?: { data: { seq: number } } } };
    if (result.type === 'started') started.resolve();
    if (result.data !== undefined) seen.push(result.data.data.seq);
    if (seen.length === MANY) complete.resolve();
  });
  socket.on('open', () => socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'events.stream', input: {} } })));
  await started.promise;
  socket.pause();
  const presented = await emitCounted(served.daemon);
  expect(presented()).toBeLessThan(MANY / 2);
  expect(served.daemon.pagesRead).toBe(0);
  socket.resume();
  await complete.promise;
  expect(seen).toEqual(upTo(MANY));
  expect(served.daemon.pagesRead).toBeGreaterThan(0);
  socket.terminate();
  while (served.daemon.listeners.size > 0) await turn();
});

test('an SSE reader that stops reading is not served ahead, and misses nothing when it goes on', async () => {
  await using served = await serveFake({ limits: { maxWaitingEntries: 10 } });
  const stream = readSse(`${served.api.url}/trpc/events.stream`, { lastEventId: '0' });
  served.daemon.emit({ kind: 'tick' });
  expect((await stream.next()).value?.data.seq).toBe(1);
  const presented = await emitCounted(served.daemon);
  expect(presented()).toBeLessThan(MANY / 2);
  const seen = [1];
  for await (const { data } of stream) {
    seen.push(data.seq);
    if (seen.length === MANY + 1) break;
  }
  expect(seen).toEqual(upTo(MANY + 1));
});

test('closing the server cuts streams without ending them, so that their readers come back', async () => {
  const served = await serveFake();
  await using client = socketClient(served.api.url);
  const kinds: string[] = [];
  const started = Promise.withResolvers<void>();
  client.trpc.events.stream.subscribe({}, { onStarted: () => started.resolve(), onComplete: () => kinds.push('complete') });
  const sse = readSse(`${served.api.url}/trpc/events.stream`, { lastEventId: '0' });
  served.daemon.emit({ kind: 'tick' });
  await sse.next();
  await started.promise;
  await served.api.close();
  expect((await sse.next()).done).toBe(true);
  expect(kinds).toEqual([]);
  expect(served.daemon.listeners.size).toBe(0);
});
