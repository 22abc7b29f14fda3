/** Bad input and too much of it: the right error, and nothing else is disturbed. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flat, series, type Wire } from './harness.ts';
import { dialRaw, listening, type RawLine, subscribed } from './plagued.ts';
import { KEYS, type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
let w: Wired;
const lines: RawLine[] = [];

beforeEach(async () => {
  w = await wired([series('AAPL', flat(100, 390)), series('MSFT', flat(50, 390))], {}, { dataStreams: { maxWaitingBytes: 262_144 } });
  w.advance(6 * MINUTE);
});
afterEach(async () => {
  for (const { socket } of lines.splice(0)) socket.terminate();
  await w.server.close();
});

const kept = (line: RawLine): RawLine => {
  lines.push(line);
  return line;
};
const post = (body: string, init: RequestInit = {}) => w.fetch('/v2/orders', { method: 'POST', body, ...init });
const ORDER = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
const good = async (more: object = {}): Promise<Wire> => (await post(JSON.stringify({ ...ORDER, ...more }))).json();

/** Whatever happened, an order still goes through and is told of. */
async function isUndisturbed(): Promise<void> {
  const line = kept(await listening(w));
  const { id } = await good();
  await line.heard.next(({ data }) => data?.event === 'fill' && data.order.id === id);
  line.socket.terminate();
}

const BODIES: readonly (readonly [string, number])[] = [
  ['', 422],
  ['{', 400],
  ['{"symbol":"AAPL",}', 400],
  ['null', 422],
  ['[]', 422],
  ['"order"', 422],
  ['{"symbol":5,"qty":"1","side":"buy","type":"market","time_in_force":"day"}', 422],
  ['{"symbol":"AAPL","qty":{"a":1},"side":"buy","type":"market","time_in_force":"day"}', 422],
  ['{"symbol":"AAPL","qty":"NaN","side":"buy","type":"market","time_in_force":"day"}', 422],
  ['{"symbol":"AAPL","qty":"1e999","side":"buy","type":"market","time_in_force":"day"}', 422],
  ['{"symbol":"AAPL","qty":"-1","side":"buy","type":"market","time_in_force":"day"}', 422],
  ['{"symbol":"AAPL","qty":"1","side":["buy"],"type":"market","time_in_force":"day"}', 422],
  ...[{ take_profit: 'x' }, { stop_loss: [1] }, { extended_hours: 'yes' }, { client_order_id: 7 }, { limit_price: true }].map(
    (wrong) => [JSON.stringify({ ...ORDER, ...wrong }), 422] as const,
  ),
  ['{"__proto__":{"symbol":"AAPL"},"constructor":1}', 422],
  [`{"symbol":"${'A'.repeat(100_000)}","qty":"1","side":"buy","type":"market","time_in_force":"day"}`, 422],
  ['['.repeat(200_000), 400],
];

describe('bodies', () => {
  it.each(BODIES)('%.60s is %i with a code and a message', async (body, status) => {
    const reply = await post(body);
    const json: Wire = await reply.json();
    expect([reply.status, typeof json.code, typeof json.message]).toEqual([status, 'number', 'string']);
    expect(json.message.length).toBeLessThan(300);
    await isUndisturbed();
  });

  it('10 MB: 413, whether its length is told or not', async () => {
    const large = 'x'.repeat(10_000_000);
    const chunked = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 10; i++) controller.enqueue(new TextEncoder().encode(large.slice(0, 1_000_000)));
        controller.close();
      },
    });
    for (const body of [large, chunked]) {
      const reply = await w.fetch('/v2/orders', { method: 'POST', body, duplex: 'half' } as RequestInit);
      expect(reply.status).toBe(413);
    }
    await isUndisturbed();
  });

  it('a client that sends all of 10 MB before it reads finds its 413, not a broken pipe', async () => {
    const { port } = new URL(w.server.url);
    const head = `POST /v2/orders HTTP/1.1\r\nHost: x\r\nAPCA-API-KEY-ID: ${KEYS.keyId}\r\nAPCA-API-SECRET-KEY: ${KEYS.secretKey}\r\n`;
    const answer = await new Promise<string>((done, fail) => {
      const socket = connect(Number(port), '127.0.0.1').on('error', fail).pause();
      const sent = () => socket.once('data', (bytes) => socket.destroy() && done(`${bytes}`)).resume();
      socket.write(`${head}Content-Length: 10000000\r\n\r\n${'x'.repeat(10_000_000)}`, sent);
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*\{"code":41310000,/);
    await isUndisturbed();
  });

  it('what is no HTTP is told so, in JSON', async () => {
    const { port } = new URL(w.server.url);
    const answer = await new Promise<string>((done) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'));
      socket.on('data', (bytes) => {
        text += bytes.toString();
      });
      socket.on('close', () => done(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*\{"code":40010000,/);
    await isUndisturbed();
  });
});

describe('queries', () => {
  it.each([
    ...['status=some', 'direction=up', 'side=hold', 'limit=0', 'limit=1.5', 'limit=501', 'after=soon'].map(
      (query) => `/v2/orders?${query}`,
    ),
    ...['category=gossip', 'page_size=101', 'direction=up', 'date=soon'].map((query) => `/v2/account/activities?${query}`),
    ...['period=5X', 'timeframe=2Min', 'pnl_reset=never', 'intraday_reporting=all', 'start=soon'].map(
      (query) => `/v2/account/portfolio/history?${query}`,
    ),
    ...['date_type=name', 'start=soon', 'end=2019-02-31'].map((query) => `/v2/calendar?${query}`),
  ])('%s is 422 with a code and a message', async (path) => {
    const reply = await w.fetch(path);
    const json: Wire = await reply.json();
    expect([path, reply.status, typeof json.code, typeof json.message]).toEqual([path, 422, 'number', 'string']);
  });
});

describe('many symbols', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `S${[...String(index)].map((digit) => 'ABCDEFGHIJ'[Number(digit)]).join('')}`);

  it('10,000 in a query are answered, more than fit are a JSON 431', async () => {
    const reply = await w.fetch(`/v2/stocks/bars?timeframe=1Min&symbols=${[...names, 'AAPL'].join(',')}`);
    const { bars }: Wire = await reply.json();
    expect([reply.status, Object.keys(bars)]).toEqual([200, ['AAPL']]);
    const longer = await w.fetch(`/v2/stocks/bars?timeframe=1Min&symbols=${'AAPL,'.repeat(100_000)}`);
    expect([longer.status, await longer.json()]).toMatchObject([431, { code: 43110000 }]);
    await isUndisturbed();
  });

  it('10,000 on a stream are subscribed, and one that trades is heard', async () => {
    const line = kept(await subscribed(w));
    line.say({ action: 'subscribe', trades: names });
    const { trades } = await line.heard.next(({ T }) => T === 'subscription');
    expect(trades.length).toBe(10_000);
    w.advance(MINUTE);
    expect(await line.heard.next()).toMatchObject({ T: 'b', S: 'AAPL' });
  });
});

describe('keys', () => {
  it.each([
    [{}, 401],
    [{ 'APCA-API-KEY-ID': KEYS.keyId }, 401],
    [{ 'APCA-API-KEY-ID': KEYS.keyId, 'APCA-API-SECRET-KEY': 'no' }, 401],
    [{ 'APCA-API-KEY-ID': 'x'.repeat(10_000), 'APCA-API-SECRET-KEY': 'y' }, 403],
  ])('%j are refused', async (headers, status) => {
    const reply = await fetch(`${w.server.url}/v2/account`, { headers: headers as Record<string, string> });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([status, 'application/json; charset=UTF-8']);
  });

  it('on the streams, in either order of things', async () => {
    const line = kept(await dialRaw(w, '/stream'));
    line.say({ action: 'listen', data: { streams: ['trade_updates'] } });
    expect(await line.heard.next()).toMatchObject({ data: { status: 'unauthorized' } });
    line.say({ action: 'authenticate', data: { key_id: 'a', secret_key: 5 } });
    expect(await line.heard.next()).toMatchObject({ data: { status: 'unauthorized' } });
    const data = kept(await dialRaw(w, '/v2/iex'));
    data.say({ action: 'auth', key: KEYS.keyId, secret: 'no' });
    expect(await data.heard.next(({ T }) => T === 'error')).toMatchObject({ code: 402 });
    await isUndisturbed();
  });
});

describe('many and slow clients', () => {
  it('1,000 connections to /stream all hear of an order; of 1,000 to market data one is in', async () => {
    const listeners = await Promise.all(Array.from({ length: 1_000 }, () => listening(w)));
    for (const line of listeners) kept(line);
    const { id } = await good();
    await Promise.all(listeners.map(({ heard }) => heard.next(({ data }) => data.event === 'fill' && data.order.id === id)));
    const outcomes = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const line = kept(await dialRaw(w, '/v2/iex'));
        line.say({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey });
        const { code, msg } = await line.heard.next(({ T, msg: words }) => T === 'error' || words === 'authenticated');
        return code ?? msg;
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'authenticated').length).toBe(1);
    expect(outcomes.filter((outcome) => outcome === 406).length).toBe(999);
  }, 30_000);

  it('a listener of /stream that does not read is let go, others hear everything', async () => {
    const slow = kept(await listening(w));
    const other = kept(await listening(w));
    slow.socket.pause();
    for (let i = 0; i < 4_000; i += 100) await Promise.all(Array.from({ length: 100 }, () => good({ qty: '0.01' })));
    const { id } = await good();
    await other.heard.next(({ data }) => data?.event === 'fill' && data.order.id === id);
    const all = other.heard.all.length;
    slow.socket.resume();
    await slow.heard.next(({ closed }) => closed);
    expect(all).toBeGreaterThan(8_000);
    expect(slow.heard.all.length).toBeLessThan(all);
  }, 60_000);
});
