/** The control side as a client in any language sees it: JSON in, JSON out, wrong calls named. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { type ControlServer, startControlServer } from '#server/exchange/wire/control.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { type ExchangeServer, startExchangeServer } from '#server/exchange/wire/server.ts';
import { flat, series, type Wire } from './harness.ts';
import { listening } from './plagued.ts';
import { KEYS, type Wired } from './wire-harness.ts';

const MINUTE = 60_000;
let server: ExchangeServer;
let control: ControlServer;

beforeEach(async () => {
  const exchange = createExchange({ tape: makeTape({ series: [series('AAPL', flat(100, 390))] }), settings: { partialFillChance: 0 } });
  const clock = createManualClock(exchange.startsAt);
  server = await startExchangeServer({ exchange, clock, keys: KEYS, requestsPerMinute: 0, turnEveryMs: 0 });
  control = await startControlServer({ exchange, clock, server });
  await say('/clock/step', { ms: 6 * MINUTE });
});
afterEach(async () => {
  await control.close();
  await server.close();
});

async function call(method: string, path: string, body?: unknown, headers = {}): Promise<{ status: number; json: Wire }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await fetch(`${control.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: text }) });
  return { status: reply.status, json: await reply.json() };
}
const say = async (path: string, body: object): Promise<Wire> => (await call('POST', path, body)).json;
const look = async (path: string): Promise<Wire> => (await call('GET', path)).json;
const trading = async (method: string, path: string, body?: object): Promise<Wire> => {
  const headers = { 'APCA-API-KEY-ID': KEYS.keyId, 'APCA-API-SECRET-KEY': KEYS.secretKey };
  const reply = await fetch(`${server.url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return reply.status === 204 ? undefined : reply.json();
};
const buy = (more: object = {}) =>
  trading('POST', '/v2/orders', { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day', ...more });

describe('the state', () => {
  it('goes back to a snapshot and to the beginning, with the clients still there', async () => {
    const line = await listening({ server } as Wired);
    await buy();
    const { snapshot } = await look('/snapshot');
    const { now } = await look('/clock');
    await buy();
    await say('/clock/step', { ms: 5 * MINUTE });
    expect(await trading('GET', '/v2/positions/AAPL')).toMatchObject({ qty: '20' });
    expect(await say('/restore', { snapshot })).toMatchObject({ now });
    expect(await trading('GET', '/v2/positions/AAPL')).toMatchObject({ qty: '10' });
    await say('/faults', { fault: 'responseLost', probability: 0 });
    await say('/reset', {});
    expect(await trading('GET', '/v2/orders?status=all')).toEqual([]);
    expect((await look('/faults')).rules).toEqual([]);
    await say('/clock/step', { ms: 6 * MINUTE });
    await buy({ client_order_id: 'again' });
    await line.heard.next(({ data }) => data?.order?.client_order_id === 'again');
    line.socket.terminate();
    const broken = await call('POST', '/restore', { snapshot: '{"version":0}' });
    expect([broken.status, broken.json.error.message]).toEqual([400, expect.stringContaining('version')]);
    expect((await trading('GET', '/v2/orders?status=all')).length).toBe(1);
  });

  it('cash, prices, halts and fills as they are told', async () => {
    await say('/cash', { cash: '2500.50' });
    expect(await trading('GET', '/v2/account')).toMatchObject({ cash: '2500.5', last_equity: '2500.5' });
    const resting = await buy({ type: 'limit', limit_price: '95', qty: '5' });
    await say('/halt', { symbol: 'AAPL' });
    await say('/price', { symbol: 'AAPL', price: 94 });
    expect(await trading('GET', `/v2/orders/${resting.id}`)).toMatchObject({ status: 'new' });
    expect(await say('/resume', { symbol: 'AAPL' })).toEqual({ symbol: 'AAPL', halted: false });
    expect(await trading('GET', `/v2/orders/${resting.id}`)).toMatchObject({ status: 'filled', filled_avg_price: '94.01' });
    const other = await buy({ type: 'limit', limit_price: '50', qty: '1' });
    expect(await say('/fill', { id: other.id })).toEqual({ id: other.id, status: 'filled' });
    const again = await call('POST', '/fill', { id: other.id });
    expect([again.status, again.json.error.message]).toEqual([422, 'order in state "filled" can not be filled']);
    expect((await call('POST', '/price', { symbol: 'NONE', price: '1' })).status).toBe(404);
  });
});

describe('the clock', () => {
  it('steps to the next price, by milliseconds, and changes its speed', async () => {
    const before = await look('/clock');
    const after = await say('/clock/step', {});
    expect(after.now).toBe(before.nextEventAt);
    expect(await say('/clock', { speed: 0 })).toMatchObject({ speed: 0 });
    expect((await trading('GET', '/v2/clock')).is_open).toBe(true);
    await say('/clock/step', { ms: 7 * 60 * MINUTE });
    const ended = await call('POST', '/clock/step', {});
    expect([ended.status, ended.json.error.message]).toEqual([409, expect.stringContaining('POST /reset')]);
  });
});

describe('faults', () => {
  it('are armed one or many, listed with what they did, and disarmed', async () => {
    const { armed } = await say('/faults', [
      { fault: 'serverErrorBefore', method: 'GET', path: '/v2/account', next: 1 },
      { fault: 'lostFrame', stream: '/stream', probability: 0.5 },
    ] as object);
    expect(armed).toMatchObject([{ id: 'f1', fault: 'serverErrorBefore', seen: 0, struck: 0 }, { id: 'f2' }]);
    expect(await trading('GET', '/v2/account')).toMatchObject({ code: 50010000 });
    expect(await look('/faults/fired')).toMatchObject({ fired: [{ n: 1, rule: 'f1', on: { method: 'GET', path: '/v2/account' } }] });
    expect((await look('/faults/fired?after=1')).fired).toEqual([]);
    expect((await look('/faults')).rules[0]).toMatchObject({ seen: 1, struck: 1 });
    expect((await look('/faults')).faults.length).toBeGreaterThan(20);
    expect((await call('DELETE', '/faults/f1')).json).toEqual({ disarmed: 1 });
    expect((await call('DELETE', '/faults/f1')).status).toBe(404);
    expect((await call('DELETE', '/faults')).json).toEqual({ disarmed: 1 });
    expect((await call('DELETE', '/faults/fired')).json).toEqual({});
    expect((await look('/faults/fired')).fired).toEqual([]);
  });

  it('streams are dropped on demand', async () => {
    const line = await listening({ server } as Wired);
    expect(await say('/streams/drop', { stream: '/v2/iex' })).toEqual({ dropped: 0 });
    expect(await say('/streams/drop', {})).toEqual({ dropped: 1 });
    await line.heard.next(({ closed }) => closed);
  });
});

describe('wrong calls', () => {
  it.each([
    ['POST', '/cash', { cash: '-1' }, 400, 'cash: '],
    ['POST', '/cash', { money: '1' }, 400, 'cash: '],
    ['POST', '/cash', '{', 400, 'the body is not JSON'],
    ['POST', '/clock', { speed: -1 }, 400, 'speed: '],
    ['POST', '/faults', { fault: 'gremlins' }, 400, 'Invalid option'],
    ['POST', '/faults', { fault: 'responseLost', ms: 3 }, 400, 'but not this'],
    ['GET', '/faults/fired?after=x', undefined, 400, 'after: '],
    ['GET', '/nothing', undefined, 404, 'there is GET /'],
    ['DELETE', '/clock', undefined, 405, 'GET /clock, POST /clock'],
  ])('%s %s %j is %i: %s', async (method, path, body, status, words) => {
    const { status: replied, json } = await call(method, path, body);
    expect(replied).toBe(status);
    expect(json.error.message).toContain(words);
  });

  it('a web page is refused, whatever it asks', async () => {
    expect((await call('POST', '/reset', {}, { Origin: 'https://example.com' })).status).toBe(403);
  });

  it('GET / lists every control', async () => {
    const { controls } = await look('/');
    expect(controls.map(({ method, path }: Wire) => `${method} ${path}`)).toContain('POST /clock/step');
  });
});
