/** What each procedure answers, through the client that others will use. */
import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import type { AppRouter } from '#server/api/routers/app.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney } from '#server/domain/money.ts';
import { DeskRefusal } from '#server/runtime/desk-refusal.ts';
import { AT, hold, someDecision, someOrder, someSignal } from './fake-desk.ts';
import { expectNoInternals, httpClient, serveFake } from './harness.ts';

const failureOf = async (call: Promise<unknown>): Promise<TRPCClientError<AppRouter>> => {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(TRPCClientError);
  expectNoInternals(JSON.stringify((error as TRPCClientError<AppRouter>).shape));
  return error as TRPCClientError<AppRouter>;
};

test('system tells health, version and the redacted configuration', async () => {
  await using served = await serveFake();
  const { system } = httpClient(served.api.url);
  expect(await system.health.query()).toEqual({
    status: 'ok',
    mode: 'demo',
    version: '1.2.3',
    startedAt: '2026-11-20T15:00:00.000Z',
    loopIdleMs: 12,
    journal: 'ok',
    reconciled: true,
    streams: [{ name: 'stocks', state: 'live' }],
    killLevel: 'armed',
  });
  expect(await system.version.query()).toEqual({ name: 'insydetradar', version: '1.2.3', node: process.version });
  served.daemon.configuration = { mode: 'paper', limits: { maxDailyLoss: 1_000n.toString() }, key: { toJSON: () => '***' } };
  expect(await system.config.query()).toEqual({ mode: 'paper', limits: { maxDailyLoss: '1000' }, key: '***' });
});

test('an account that saw nothing yet has zeroes and nulls, not errors', async () => {
  await using served = await serveFake();
  const seen = await httpClient(served.api.url).account.get.query();
  expect(seen).toMatchObject({ equity: '0', cash: '0', dayProfitLoss: null, buyingPower: null, at: null, account: null, runId: 'r1' });
});

test('the account is cash plus marked positions, in decimal strings', async () => {
  await using served = await serveFake();
  const { books } = served.daemon;
  books.cash = parseMoney('100000.123456789');
  books.at = AT;
  books.seq = 41;
  books.day = { endsAt: AT, equityAtStart: parseMoney('100500') };
  hold(books, { symbol: 'AAPL', quantity: '10', cost: '1000', lastPrice: 101.25 });
  hold(books, { symbol: 'MSFT', quantity: '-2', cost: '-600', lastPrice: 310 });
  books.lastStatement = {
    account: 'PA1',
    cash: books.cash,
    equity: books.cash,
    buyingPower: parseMoney('200000.5'),
    tradingBlocked: false,
    positions: [],
    openOrders: [],
    asOf: AT,
  };
  // 100000.123456789 + 10 × 101.25 − 2 × 310; exposure 1012.50 + 620; unrealised 12.50 − 20.
  expect(await httpClient(served.api.url).account.get.query()).toEqual({
    stocksOpen: null,
    stocksOpenNext: null,
    mode: 'demo',
    runId: 'r1',
    account: 'PA1',
    seq: 41,
    at: '2026-11-20T15:00:00.000Z',
    reconciled: false,
    killLevel: 'armed',
    equity: '100392.623456789',
    cash: '100000.123456789',
    dayProfitLoss: '-107.376543211',
    unrealised: '-7.5',
    realised: '0',
    grossExposure: '1632.5',
    buyingPower: '200000.5',
    statementAt: '2026-11-20T15:00:00.000Z',
    openOrders: 0,
    filledOrders: 0,
  });
});

test('positions come by symbol, page by page, without flat ones', async () => {
  await using served = await serveFake();
  const { books } = served.daemon;
  for (const symbol of ['TSLA', 'AAPL', 'BTC/USD']) hold(books, { symbol, quantity: '2', cost: '100', lastPrice: 60.000001 });
  hold(books, { symbol: 'FLAT', quantity: '0', cost: '0', lastPrice: 1 });
  hold(books, { symbol: 'NEW', quantity: '0.5', cost: '50', lastPrice: Number.NaN });
  const { positions } = httpClient(served.api.url);
  const first = await positions.list.query({ limit: 3 });
  expect(first.items.map(({ symbol }) => symbol)).toEqual(['AAPL', 'BTC/USD', 'NEW']);
  expect(first.items[0]).toMatchObject({ quantity: '2', averageEntryPrice: '50', lastPrice: '60.000001', unrealised: '20.000002' });
  expect(first.items[2]).toMatchObject({ lastPrice: null, marketValue: '50', unrealised: '0' });
  const second = await positions.list.query({ limit: 3, cursor: first.nextCursor });
  expect(second).toMatchObject({ items: [{ symbol: 'TSLA' }], nextCursor: null });
});

test('orders: newest first, by symbol, by id', async () => {
  await using served = await serveFake();
  const { daemon } = served;
  for (let seq = 1; seq <= 120; seq++) daemon.orders.push(someOrder(seq, { symbol: (seq % 2 ? 'AAPL' : 'MSFT') as AssetSymbol }));
  const { orders } = httpClient(served.api.url);
  const first = await orders.list.query();
  expect([first.items.length, first.items[0]?.seq, first.nextCursor]).toEqual([50, 120, '71']);
  const rest = await orders.list.query({ limit: 100, cursor: first.nextCursor });
  expect([rest.items.length, rest.items[0]?.seq, rest.nextCursor]).toEqual([70, 70, null]);
  expect((await orders.list.query({ symbol: 'MSFT', limit: 100 })).items).toHaveLength(60);
  expect(await orders.get.query({ id: 'r1-7-0' })).toMatchObject({ quantity: '10', averageFillPrice: '123.45', limitPrice: null });
  const failure = await failureOf(orders.get.query({ id: 'r1-999-0' }));
  expect(failure.data).toMatchObject({ code: 'NOT_FOUND', appCode: 'notFound', hint: expect.stringContaining('orders.list') });
});

test('signals and decisions keep their reasons', async () => {
  await using served = await serveFake();
  served.daemon.signals.push(someSignal(3));
  served.daemon.decisions.push(someDecision(4));
  const { signals, decisions } = httpClient(served.api.url);
  expect((await signals.list.query({ symbol: 'AAPL' })).items[0]).toMatchObject({ direction: 'up', horizonMs: null, confidence: 0.75 });
  const decision = await decisions.get.query({ id: '4-0' });
  expect(decision).toMatchObject({ verdict: 'refused', refusals: [{ rule: 'session' }], intent: { expectedPrice: '101.25' }, order: null });
  expect((await decisions.list.query({})).items).toEqual([decision]);
  expect((await failureOf(decisions.get.query({ id: 'nope' }))).data?.appCode).toBe('notFound');
});

test('the kill switch is engaged, seen and released by its latch', async () => {
  await using served = await serveFake();
  const { killSwitch } = httpClient(served.api.url);
  expect(await killSwitch.state.query()).toEqual({
    ...{ level: 'armed', latchId: 0, by: '', reason: '', at: null, phrase: null, scopes: [] },
    sources: { memory: 'armed', journal: 'armed', sentinel: 'armed', guard: 'armed', broker: 'armed' },
  });
  const latch = await killSwitch.engage.mutate({ level: 'flatten', reason: 'drill' });
  expect(latch).toMatchObject({ level: 'flatten', latchId: 1, by: 'api', reason: 'drill', durable: true });
  const refusal = await failureOf(killSwitch.release.mutate({ latchId: 9, note: 'over', phrase: '' }));
  expect(refusal.data).toMatchObject({ code: 'CONFLICT', appCode: 'releaseRefused', hint: 'name the newest latch' });
  expect(await killSwitch.release.mutate({ latchId: 1, note: 'over', phrase: '' })).toMatchObject({ level: 'armed' });
});

test.each([
  ['rejects', () => Promise.reject(new Error('disk full'))],
  ['never answers', () => new Promise<never>(() => undefined)],
])('engaging works while the journal %s', async (_, journalling) => {
  await using served = await serveFake({ limits: { engageDeadlineMs: 20 } });
  served.daemon.journalling = journalling;
  const latch = await httpClient(served.api.url).killSwitch.engage.mutate({ level: 'halt', reason: 'no disk' });
  expect(latch).toMatchObject({ level: 'halt', durable: false });
});

test('a mistyped scope was answered as if the latch held in memory: what nothing is traded under is refused', async () => {
  await using served = await serveFake();
  served.daemon.journalling = () => Promise.reject(new DeskRefusal({ message: 'nothing is traded under symbol:APPL', hint: 'name one' }));
  const typo = { level: 'halt', scope: 'symbol:APPL', reason: 'news' } as const;
  const refusal = await failureOf(httpClient(served.api.url).killSwitch.engage.mutate(typo));
  expect(refusal).toMatchObject({ message: 'nothing is traded under symbol:APPL', data: { httpStatus: 409, appCode: 'engageRefused' } });
});

test('a reason that was too long kept the kill switch from being engaged: it is cut, and never in the middle of a character', async () => {
  await using served = await serveFake();
  const { killSwitch } = httpClient(served.api.url);
  const latch = await killSwitch.engage.mutate({ level: 'flatten', reason: ` ${'x'.repeat(499)}🛑🛑` });
  expect(latch).toMatchObject({ level: 'flatten', reason: `${'x'.repeat(499)}\ufffd` });
  const { reason } = await killSwitch.engage.mutate({ level: 'flatten', reason: '\ud800 half' });
  expect(reason).toBe('\ufffd half');
});

test('engaging is served when everything else is refused for its rate', async () => {
  await using served = await serveFake({ limits: { callsPerSecond: 2 } });
  const { killSwitch, system } = httpClient(served.api.url);
  const versions = await Promise.allSettled(Array.from({ length: 5 }, () => system.version.query()));
  expect(versions.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  expect((await failureOf(system.version.query())).data).toMatchObject({ code: 'TOO_MANY_REQUESTS', appCode: 'tooMany' });
  for (let i = 0; i < 20; i++) await killSwitch.engage.mutate({ level: 'halt', reason: 'again' });
});

test('a fault of ours is told by its id alone, and logged whole', async () => {
  await using served = await serveFake();
  const failure = await failureOf(httpClient(served.api.url).killSwitch.release.mutate({ latchId: 13, note: 'x', phrase: '' }));
  expect(failure.data).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', appCode: 'internal', httpStatus: 500 });
  const line = served.lines.find(({ message }) => message === 'api call failed');
  expect(line?.facts).toMatchObject({ requestId: failure.data?.requestId, path: 'killSwitch.release' });
});

test('wrong input is named field by field', async () => {
  await using served = await serveFake();
  const { orders, killSwitch } = httpClient(served.api.url);
  const tooMany = await failureOf(orders.list.query({ limit: 101, symbol: '' }));
  expect(tooMany.data).toMatchObject({ code: 'BAD_REQUEST', appCode: 'inputInvalid' });
  expect(tooMany.data?.issues.map(({ path }) => path).sort()).toEqual(expect.arrayContaining(['limit', 'symbol']));
  const wrong = [
    killSwitch.engage.mutate({ level: 'armed' as 'halt', reason: 'x' }),
    killSwitch.engage.mutate({ level: 'halt', reason: '  ' }),
    killSwitch.engage.mutate({ level: 'halt', reason: 'x', more: 1 } as never),
    killSwitch.release.mutate({ latchId: 1.5, note: 'x', phrase: '' }),
    orders.list.query({ cursor: '1e3' }),
    orders.list.query({ limit: Number.NaN }),
    orders.get.query({ id: 7 } as never),
    orders.get.query(undefined as never),
  ];
  for (const call of wrong) expect((await failureOf(call)).data?.appCode).toBe('inputInvalid');
  expect(served.daemon.books.kill.level).toBe('armed');
});
