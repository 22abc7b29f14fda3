/** Our answers to queries and mutations beside those of tRPC's own adapter over the same router: the same status, the same JSON. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink } from '@trpc/client';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { expect, test } from 'vitest';
import type { Context } from '#server/api/context.ts';
import { DEFAULT_LIMITS } from '#server/api/limits.ts';
import { RateLimit } from '#server/api/rate-limit.ts';
import { type AppRouter, appRouter } from '#server/api/routers/app.ts';
import type { FakeDaemon } from './fake-desk.ts';
import { BEARER, JSON_TYPE, request, serveFake } from './harness.ts';

async function serveOracle({ desk, records }: FakeDaemon) {
  const silent = () => undefined;
  const plenty = () => new RateLimit(1_000_000, 1_000, () => 0);
  const context: Context = {
    desk,
    records,
    drill: async () => ({ at: '2026-01-05T15:00:00.000Z', passed: true, steps: [] }),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    limits: DEFAULT_LIMITS,
    calls: plenty(),
    failedLogins: plenty(),
    streams: { open: 0 },
    address: '',
    requestId: 'same',
    hasToken: true,
    role: 'operator',
    isTooMany: false,
    writable: () => Promise.resolve(),
  };
  const http = createServer((req, res) => {
    const path = decodeURIComponent((req.url ?? '').split('?')[0]!.slice('/trpc/'.length));
    void nodeHTTPRequestHandler({ router: appRouter, req, res, path, maxBatchSize: 10, createContext: () => context });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const end = async () => {
    const closed = once(http, 'close');
    http.close();
    http.closeAllConnections();
    await closed;
  };
  return { url, [Symbol.asyncDispose]: end };
}

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`;

const requests: readonly (readonly [string, string?])[] = [
  ['system.version'],
  ['system.health'],
  ['account.get'],
  ['killSwitch.state'],
  [`orders.list?${input({ limit: 3 })}`],
  [`orders.list?${input({ limit: 0 })}`],
  [`orders.get?${input({ id: 'r1-1-0' })}`],
  ['orders.get'],
  ['nope.nope'],
  ['killSwitch.engage'],
  ['system.version', '{}'],
  ['killSwitch.engage', '{"level":"halt","reason":"x"}'],
  ['killSwitch.engage', '{"level":"nothing"}'],
  ['killSwitch.engage', ''],
  ['killSwitch.engage?batch=1', '{"0":{"level":"halt","reason":"x"}}'],
  ['killSwitch.engage,killSwitch.engage?batch=1', '{"0":{"level":"halt","reason":"x"},"1":{"level":"bad"}}'],
  [`system.version,orders.list?batch=1&${input({ 1: { limit: 2 } })}`],
  [`orders.get,orders.list?batch=1&${input({ 0: { id: 'a' }, 1: { limit: 2 } })}`],
  ['system.version,nope?batch=1'],
  ['nope,nope?batch=1'],
];

test.each(requests)('%s %s', async (path, body) => {
  await using served = await serveFake();
  await using oracle = await serveOracle(served.daemon);
  const headers = { ...BEARER, ...JSON_TYPE, 'X-Request-ID': 'same' };
  const init: RequestInit = body === undefined ? { headers } : { headers, method: 'POST', body };
  const ours = await request(`${served.api.url}/trpc/${path}`, init);
  served.daemon.books.kill = { ...served.daemon.books.kill, latchId: 0 };
  served.daemon.books.seq = 0;
  const theirs = await request(`${oracle.url}/trpc/${path}`, init);
  expect([ours.status, ours.json]).toEqual([theirs.status, theirs.json]);
});

test('the standard HTTP links all work', async () => {
  await using served = await serveFake();
  const options = { url: `${served.api.url}/trpc`, headers: BEARER };
  for (const link of [httpLink(options), httpBatchLink(options), httpBatchStreamLink(options)]) {
    const trpc = createTRPCClient<AppRouter>({ links: [link] });
    const [version, state] = await Promise.all([trpc.system.version.query(), trpc.killSwitch.state.query()]);
    expect([version.version, state.level]).toEqual(['1.2.3', 'armed']);
    await expect(trpc.orders.get.query({ id: 'none' })).rejects.toMatchObject({ data: { appCode: 'notFound' } });
    await expect(trpc.killSwitch.release.mutate({ latchId: 5, note: 'x', phrase: '' })).rejects.toMatchObject({
      data: { appCode: 'releaseRefused' },
    });
  }
});
