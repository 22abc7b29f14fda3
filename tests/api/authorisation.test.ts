/** Every procedure, over HTTP and over WebSocket: without the token, with a wrong one, with the right one. */
import { TRPCClientError } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { expect, test } from 'vitest';
import { appRouter } from '#server/api/routers/app.ts';
import { BEARER, httpClient, JSON_TYPE, request, serveFake, socketClient, TOKEN } from './harness.ts';

const procedures = Object.entries((appRouter as AnyRouter)._def.procedures as Record<string, { _def: { type: string } }>).map(
  ([path, { _def }]) => ({ path, type: _def.type }),
);

const callOver = (url: string, { path, type }: { path: string; type: string }, headers: Record<string, string>) =>
  type === 'mutation'
    ? request(`${url}/trpc/${path}`, { method: 'POST', body: '{}', headers: { ...headers, ...JSON_TYPE } })
    : request(`${url}/trpc/${path}`, { headers });

test('the list of procedures is the promised one', () => {
  expect(procedures.map(({ path }) => path).sort()).toEqual([
    'account.get',
    'decisions.get',
    'decisions.list',
    'events.stream',
    'killSwitch.drill',
    'killSwitch.engage',
    'killSwitch.release',
    'killSwitch.state',
    'locks.add',
    'locks.list',
    'locks.remove',
    'orders.get',
    'orders.list',
    'positions.list',
    'risk.status',
    'signals.list',
    'system.config',
    'system.health',
    'system.version',
  ]);
});

test.each(procedures)('$path over HTTP', async (procedure) => {
  await using served = await serveFake();
  const without = await callOver(served.api.url, procedure, {});
  expect([without.status, without.json.error.data.appCode]).toEqual([401, 'tokenMissing']);
  for (const wrong of [`${TOKEN}x`, TOKEN.slice(1), TOKEN.toUpperCase(), 'x']) {
    const refused = await callOver(served.api.url, procedure, { Authorization: `Bearer ${wrong}` });
    expect([refused.status, refused.json.error.data.appCode]).toEqual([401, 'tokenWrong']);
    expect(refused.json.error.data.hint).toContain('token');
    expect(refused.text).not.toContain(wrong.length > 1 ? wrong : TOKEN);
  }
  if (procedure.type === 'subscription') return;
  const right = await callOver(served.api.url, procedure, BEARER);
  expect(right.status).not.toBe(401);
  expect(JSON.stringify(served.lines)).not.toContain(TOKEN.slice(1));
});

test.each(procedures.filter(({ type }) => type !== 'subscription'))('$path over WebSocket', async ({ path, type }) => {
  await using served = await serveFake();
  const ask = (trpc: object): Promise<unknown> => {
    const [router, name] = path.split('.') as [string, string];
    // biome-ignore lint/suspicious/noExplicitAny: the path is a value here.
    return (trpc as any)[router][name][type === 'mutation' ? 'mutate' : 'query']({});
  };
  await using stranger = socketClient(served.api.url, 'wrong');
  const refusal = await ask(stranger.trpc).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(TRPCClientError);
  expect((refusal as TRPCClientError<typeof appRouter>).data).toMatchObject({ code: 'UNAUTHORIZED', appCode: 'tokenWrong' });
  await using known = socketClient(served.api.url);
  const answer = await ask(known.trpc).catch((error: TRPCClientError<typeof appRouter>) => error.data?.code);
  expect(answer).not.toBe('UNAUTHORIZED');
});

test('a subscription without the token is refused over both', async () => {
  await using served = await serveFake();
  await using stranger = socketClient(served.api.url, 'wrong');
  const failure = await new Promise<TRPCClientError<typeof appRouter>>((resolve) => {
    stranger.trpc.events.stream.subscribe(undefined, { onError: (error) => resolve(error as TRPCClientError<typeof appRouter>) });
  });
  expect(failure.data).toMatchObject({ appCode: 'tokenWrong' });
  expect((await request(`${served.api.url}/trpc/events.stream`)).status).toBe(401);
  expect(served.daemon.listeners.size).toBe(0);
});

test('too many wrong tokens are answered shortly, while the right one is served', async () => {
  await using served = await serveFake({ limits: { failedLoginsPerMinute: 3 } });
  const guess = () => request(`${served.api.url}/trpc/system.version`, { headers: { Authorization: 'Bearer guess' } });
  const seen = [];
  for (let i = 0; i < 5; i++) seen.push((await guess()).status);
  expect(seen).toEqual([401, 401, 401, 429, 429]);
  await expect(httpClient(served.api.url).system.version.query()).resolves.toMatchObject({ version: '1.2.3' });
  expect(served.lines.filter(({ level }) => level === 'warn')).toHaveLength(3);
});
