/** The last way to the broker, and the doctor's questions: believed only when confirmed, each failure with its remedy. */
import { describe, expect, test } from 'vitest';
import { killDirect } from '#server/adapters/alpaca/direct.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import { probeBroker } from '#server/adapters/alpaca/probe.ts';
import { clientOf, noPause, recordingLog, wireAccount } from './fixtures.ts';
import { type ScriptedBroker, scriptedBroker } from './scripted-broker.ts';
import { listen, nextMessage, sendJson } from './streams-script.ts';

const HTML = '<html><title>Welcome to nginx!</title></html>';
const ORDERS = 'GET /v2/orders';
const POSITIONS = 'GET /v2/positions';
const CANCEL_ALL = 'DELETE /v2/orders';
const CLOSE_ALL = 'DELETE /v2/positions';

/** An account with two orders and two positions that does what it is told, a little late. */
function obedient(broker: ScriptedBroker) {
  const state = { orders: ['o-1', 'o-2'], positions: ['AAPL', 'BTCUSD'], closing: 0 };
  broker.on(CANCEL_ALL, (_, answer) => {
    answer.json(
      207,
      state.orders.map((id) => ({ id, status: 200 })),
    );
    // Cancelling is asynchronous: one goes at once, the other at the next attempt.
    state.orders.shift();
  });
  broker.on(ORDERS, (_, answer) =>
    answer.json(200, state.closing-- > 0 ? [{ id: 'closing' }] : state.orders.map((id) => ({ id, symbol: 'AAPL' }))),
  );
  broker.on(POSITIONS, (_, answer) =>
    answer.json(
      200,
      state.positions.map((symbol) => ({ symbol })),
    ),
  );
  broker.on(CLOSE_ALL, (_, answer) => {
    answer.json(
      207,
      state.positions.map((symbol) => ({ symbol, status: 200, body: {} })),
    );
    state.positions.shift();
    state.closing = 2;
  });
  return state;
}

const kill = (broker: ScriptedBroker, closePositions: boolean, boundMs = 5_000) =>
  killDirect({ client: clientOf(broker, { timeoutMs: 500 }), log: recordingLog(), closePositions, boundMs, pause: noPause });

describe('kill --direct', () => {
  test('cancels until the list of open orders is empty', async () => {
    await using broker = await scriptedBroker();
    obedient(broker);
    expect(await kill(broker, false)).toEqual({
      confirmed: true,
      cancelled: 2,
      closed: 0,
      remaining: { orders: [], positions: ['AAPL', 'BTCUSD'] },
      failure: undefined,
    });
    expect(broker.count(CLOSE_ALL)).toBe(0);
  });
  test('closes until nothing is held, and leaves its closing orders to work', async () => {
    await using broker = await scriptedBroker();
    obedient(broker);
    expect(await kill(broker, true)).toEqual({
      confirmed: true,
      cancelled: 2,
      closed: 2,
      remaining: { orders: [], positions: [] },
      failure: undefined,
    });
    expect(broker.count(CLOSE_ALL)).toBe(2);
    const lastCancel = broker.heard.findLastIndex(({ method, path }) => `${method} ${path}` === CANCEL_ALL);
    expect(broker.heard.findIndex(({ method, path }) => `${method} ${path}` === CLOSE_ALL)).toBeGreaterThan(lastCancel);
  });
  test('gives up after its bound, and says what is left', async () => {
    await using broker = await scriptedBroker();
    obedient(broker);
    broker.on(CANCEL_ALL, (_, answer) => answer.json(207, [{ id: 'o-1', status: 500, body: { message: 'try later' } }]));
    expect(await kill(broker, true, 30)).toMatchObject({
      confirmed: false,
      remaining: { orders: ['AAPL o-1', 'AAPL o-2'] },
      failure: 'order o-1 was not cancelled (try later); cancel it at the broker',
    });
  });
  test('goes on after answers that prove nothing', async () => {
    await using broker = await scriptedBroker();
    const state = obedient(broker);
    broker.on(CANCEL_ALL, (_, answer) => {
      if (broker.count(CANCEL_ALL) < 4) return answer.drop();
      state.orders.length = 0;
      return answer.json(207, []);
    });
    expect(await kill(broker, false)).toMatchObject({ confirmed: true });
  });
  test.each([
    ['HTML 401', 401, HTML],
    ['JSON 401', 401, '{"message":"unauthorized."}'],
    ['JSON 403', 403, '{"message":"forbidden."}'],
  ])('stops at once when the keys are refused: %s', async (_name, status, body) => {
    await using broker = await scriptedBroker();
    for (const route of [CANCEL_ALL, ORDERS, POSITIONS]) broker.on(route, (_, answer) => answer.text(status, body));
    const report = await kill(broker, true);
    expect(report.confirmed).toBe(false);
    expect(report.failure).toMatch(/^http:\/\/127\.0\.0\.1:\d+ refused the keys \(.*\); check APCA_API_KEY_ID and APCA_API_SECRET_KEY/);
    expect(report.failure).not.toContain('<');
    expect(broker.heard).toHaveLength(1);
  });
  test('a broker that is not there is one clear message', async () => {
    const gone = await scriptedBroker();
    await gone[Symbol.asyncDispose]();
    expect((await kill(gone, false, 20)).failure).toMatch(/can not be reached \(.*ECONNREFUSED.*\); check the network/);
  });
});

describe('doctor', () => {
  const probe = (broker: Pick<ScriptedBroker, 'url'>, wall?: () => number) =>
    probeBroker({ client: clientOf(broker), log: recordingLog(), streamTimeoutMs: 300, ...(wall === undefined ? {} : { wall }) });
  const healthy = (broker: ScriptedBroker): void => {
    broker.on('GET /v2/account', (_, answer) => answer.json(200, wireAccount()));
    broker.on('GET /v2/clock', (_, answer) => answer.json(200, { timestamp: '2026-01-05T10:00:00-05:00', is_open: true }));
    broker.onStream('/stream', listen);
  };
  const NOON = Date.parse('2026-01-05T15:00:00Z');

  test('all is well', async () => {
    await using broker = await scriptedBroker();
    healthy(broker);
    const findings = await probe(broker, () => NOON + 120);
    expect(findings.map(({ name, ok }) => [name, ok])).toEqual(
      ['broker', 'keys', 'account', 'clock', 'stream'].map((name) => [name, true]),
    );
    expect(findings[3]?.detail).toBe("this machine's clock is 120 ms ahead of the broker's");
    expect(JSON.stringify(findings)).not.toContain('secret');
  });
  test('each thing that is not well is named with its remedy', async () => {
    await using broker = await scriptedBroker();
    healthy(broker);
    broker.on('GET /v2/account', (_, answer) => answer.json(200, wireAccount({ status: 'ACCOUNT_CLOSED' })));
    broker.onStream('/stream', () => undefined);
    const findings = await probe(broker, () => NOON - 9_000);
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      {
        name: 'account',
        ok: false,
        detail: `${broker.url} says ACCOUNT_CLOSED, and does not let it trade`,
        remedy: expect.stringContaining('dashboard'),
      },
      {
        name: 'clock',
        ok: false,
        detail: "this machine's clock is 9000 ms behind the broker's",
        remedy: expect.stringContaining('time server'),
      },
      {
        name: 'stream',
        ok: false,
        detail: expect.stringMatching(/no answer within 300 ms$/),
        remedy: expect.stringContaining('one slot'),
      },
    ]);
  });
  test('a stream that refuses is told with its reason', async () => {
    await using broker = await scriptedBroker();
    healthy(broker);
    broker.onStream('/stream', async (socket) => {
      await nextMessage(socket);
      sendJson(socket, { action: 'error', data: { error_message: 'connection limit exceeded' } });
      socket.close();
    });
    expect((await probe(broker)).at(-1)).toMatchObject({
      name: 'stream',
      ok: false,
      detail: expect.stringContaining('connection limit exceeded'),
    });
  });
  test.each<[string, number, string, string, RegExp]>([
    ['HTML', 200, HTML, 'broker', /answered an HTML page instead of JSON \("Welcome to nginx!"\) \(HTTP 200\)$/],
    ['401', 401, '{"message":"unauthorized."}', 'keys', /refused the keys/],
    ['HTML 401', 401, HTML, 'keys', /refused the keys/],
    ['429', 429, '{"message":"too many requests."}', 'broker', /asked too often/],
  ])('%s is one finding', async (_name, status, body, name, detail) => {
    await using broker = await scriptedBroker();
    broker.on('GET /v2/account', (_, answer) => answer.text(status, body));
    const failures = (await probe(broker)).filter(({ ok }) => !ok);
    expect(failures).toEqual([{ name, ok: false, detail: expect.stringMatching(detail), remedy: expect.any(String) }]);
  });
  test('nobody there', async () => {
    const client = clientOf({ url: 'http://127.0.0.1:1' }, { origins: demoOrigins('http://127.0.0.1:1') });
    const findings = await probeBroker({ client, log: recordingLog() });
    expect(findings).toMatchObject([{ name: 'broker', ok: false, remedy: expect.stringContaining('check the network') }]);
  });
});
