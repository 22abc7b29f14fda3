/** Who may do what: the viewer reads and stops, the operator everything; over HTTP, in a batch, over SSE and over WebSocket. */
import { TRPCClientError } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { expect, test } from 'vitest';
import { type AppRouter, appRouter } from '#server/api/routers/app.ts';
import { KILL_LEVELS } from '#server/domain/kill.ts';
import {
  BEARER,
  expectNoInternals,
  httpClient,
  JSON_TYPE,
  request,
  serveFake,
  socketClient,
  VIEWER_BEARER,
  VIEWER_TOKEN,
} from './harness.ts';

/** What loosens, or decides what may be traded. Whatever is not here is for everybody with a token. */
const OPERATOR_ONLY = ['killSwitch.drill', 'killSwitch.release', 'locks.add', 'locks.remove'];

/** An input that is right for each of them, so that nothing but the role can refuse it. */
const INPUTS: Readonly<Record<string, object | undefined>> = {
  'killSwitch.engage': { level: 'halt', reason: 'from a phone' },
  'killSwitch.release': { latchId: 1, note: 'it is safe', phrase: 'release halt 1' },
  'locks.add': { scope: 'symbol', name: 'AAPL', minutes: 5, reason: 'news' },
  'locks.remove': { id: 1, note: 'over' },
};

const procedures = Object.entries((appRouter as AnyRouter)._def.procedures as Record<string, { _def: { type: string } }>).map(
  ([path, { _def }]) => ({ path, type: _def.type }),
);
const calls = procedures.filter(({ type }) => type !== 'subscription');

const callOver = (url: string, { path, type }: { path: string; type: string }, headers: Record<string, string>) =>
  type === 'mutation'
    ? request(`${url}/trpc/${path}`, { method: 'POST', body: JSON.stringify(INPUTS[path]), headers: { ...headers, ...JSON_TYPE } })
    : request(`${url}/trpc/${path}`, { headers });

const REFUSAL = { code: 'FORBIDDEN', httpStatus: 403, appCode: 'operatorOnly' };

test('every mutation but engaging is the operator: a new one must be put on one side', () => {
  const mutations = procedures.filter(({ type }) => type === 'mutation').map(({ path }) => path);
  expect(mutations.sort()).toEqual([...OPERATOR_ONLY, 'killSwitch.engage'].sort());
});

test.each(calls)('$path over HTTP', async (procedure) => {
  await using served = await serveFake();
  const asViewer = await callOver(served.api.url, procedure, VIEWER_BEARER);
  const asOperator = await callOver(served.api.url, procedure, BEARER);
  expect(asOperator.json.error?.data.appCode).not.toBe('operatorOnly');
  if (!OPERATOR_ONLY.includes(procedure.path)) {
    expect(asViewer.status).toBe(asOperator.status);
    return;
  }
  expect(asViewer.status).toBe(403);
  expect(asViewer.json.error.data).toMatchObject({ ...REFUSAL, path: procedure.path });
  expect(asViewer.json.error.message).toBe("this call needs the operator's token; the viewer's reads, and engages the kill switch");
  expect(asViewer.json.error.data.hint).toContain('tradar token --role operator');
});

test.each(calls)('$path over WebSocket', async ({ path, type }) => {
  await using served = await serveFake();
  await using viewer = socketClient(served.api.url, VIEWER_TOKEN);
  const [router, name] = path.split('.') as [string, string];
  // biome-ignore lint/suspicious/noExplicitAny: the path is a value here.
  const asked: Promise<unknown> = (viewer.trpc as any)[router][name][type === 'mutation' ? 'mutate' : 'query'](INPUTS[path]);
  const failure = await asked.then(
    () => undefined,
    (error: TRPCClientError<AppRouter>) => error,
  );
  if (!OPERATOR_ONLY.includes(path)) {
    expect(failure?.data?.code).not.toBe('FORBIDDEN');
    expect(failure?.data?.code).not.toBe('UNAUTHORIZED');
    return;
  }
  expect(failure).toBeInstanceOf(TRPCClientError);
  expect(failure?.data).toMatchObject(REFUSAL);
  expectNoInternals(JSON.stringify(failure?.shape));
});

test.each(KILL_LEVELS.filter((level) => level !== 'armed'))('the viewer engages %s, and the journal says who it was', async (level) => {
  await using served = await serveFake();
  const { killSwitch } = httpClient(served.api.url, VIEWER_BEARER);
  const latch = await killSwitch.engage.mutate({ level, reason: 'I do not like this' });
  expect(latch).toMatchObject({ level, by: 'viewer', reason: 'I do not like this', durable: true });
  expect(served.daemon.books.kill).toMatchObject({ level, by: 'viewer' });
  await expect(killSwitch.state.query()).resolves.toMatchObject({ level });
});

test('what the viewer stopped, the viewer can not release, and the operator can', async () => {
  await using served = await serveFake();
  const [viewer, operator] = [httpClient(served.api.url, VIEWER_BEARER), httpClient(served.api.url)];
  const { latchId } = await viewer.killSwitch.engage.mutate({ level: 'halt', reason: 'stop' });
  const wish = { latchId, note: 'I looked', phrase: `release halt ${latchId}` };
  await expect(viewer.killSwitch.release.mutate(wish)).rejects.toMatchObject({ data: REFUSAL });
  expect(served.daemon.books.kill).toMatchObject({ level: 'halt', latchId });
  await expect(operator.killSwitch.release.mutate(wish)).resolves.toMatchObject({ level: 'armed' });
});

test('in a batch each call is refused by itself', async () => {
  await using served = await serveFake();
  const body = JSON.stringify({ 0: INPUTS['killSwitch.engage'], 1: INPUTS['killSwitch.release'] });
  const path = 'killSwitch.engage,killSwitch.release?batch=1';
  const { status, json } = await request(`${served.api.url}/trpc/${path}`, {
    method: 'POST',
    body,
    headers: { ...VIEWER_BEARER, ...JSON_TYPE },
  });
  expect(status).toBe(207);
  expect(json[0].result.data).toMatchObject({ level: 'halt', by: 'viewer' });
  expect(json[1].error.data).toMatchObject(REFUSAL);
});

test('a refusal tells nothing of what the call takes, and is in the log with the call, without a token', async () => {
  await using served = await serveFake();
  const { status, text } = await request(`${served.api.url}/trpc/locks.add`, {
    method: 'POST',
    body: '{"nonsense":1}',
    headers: { ...VIEWER_BEARER, ...JSON_TYPE },
  });
  expect(status).toBe(403);
  expect(text).not.toMatch(/nonsense|scope/);
  expect(served.lines).toContainEqual({
    level: 'warn',
    facts: expect.objectContaining({ path: 'locks.add', role: 'viewer' }),
    message: 'api call without the operator token',
  });
  expect(JSON.stringify(served.lines)).not.toContain(VIEWER_TOKEN);
});

test('refused calls do not fill the log, and do not keep anybody from engaging', async () => {
  await using served = await serveFake({ limits: { failedLoginsPerMinute: 3, callsPerSecond: 1_000 } });
  const { killSwitch } = httpClient(served.api.url, VIEWER_BEARER);
  const wish = { latchId: 1, note: 'no', phrase: 'release halt 1' };
  for (let i = 0; i < 6; i++) await expect(killSwitch.release.mutate(wish)).rejects.toMatchObject({ data: REFUSAL });
  expect(served.lines.filter(({ level }) => level === 'warn')).toHaveLength(3);
  await expect(killSwitch.engage.mutate({ level: 'halt', reason: 'still' })).resolves.toMatchObject({ level: 'halt' });
});

test('the viewer follows the events', async () => {
  await using served = await serveFake();
  await using viewer = socketClient(served.api.url, VIEWER_TOKEN);
  const heard = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const subscription = viewer.trpc.events.stream.subscribe(undefined, {
    onStarted: () => started.resolve(),
    onData: ({ data }) => heard.resolve(data.summary),
    onError: heard.reject,
  });
  await started.promise;
  served.daemon.emit({ kind: 'stopping', reason: 'SIGTERM', cancelOrders: false });
  expect(await heard.promise).toBe('stopping: SIGTERM');
  subscription.unsubscribe();
});
