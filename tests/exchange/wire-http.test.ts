/** The wire's manners: keys, limits, malformed bodies, unknown paths, headers, and what the streams say to those who err. */
import { decode, encode } from '@msgpack/msgpack';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { flat, series, type Wire } from './harness.ts';
import { inbox, KEYS, type Wired, wired } from './wire-harness.ts';

let w: Wired;
const start = async (more = {}) => {
  w = await wired([series('AAPL', flat(100, 390))], {}, more);
};
afterEach(() => w.server.close());

const post = (body: string | object) =>
  w.fetch('/v2/orders', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('over HTTP', () => {
  it('no keys and a wrong secret are 401, an unknown key 403, market data says 403 to all of them, in JSON', async () => {
    await start();
    const none = { 'APCA-API-KEY-ID': '', 'APCA-API-SECRET-KEY': '' };
    const said = async (path: string, headers: Record<string, string>) => {
      const reply = await w.fetch(path, { headers });
      return [reply.status, await reply.json()];
    };
    const unauthorized = [401, { code: 40110000, message: 'request is not authorized' }];
    const forbidden = [403, { message: 'forbidden.' }];
    for (const headers of [none, { 'APCA-API-SECRET-KEY': 'no' }]) {
      expect(await said('/v2/account', headers)).toEqual(unauthorized);
      expect(await said('/v2/stocks/bars?symbols=AAPL&timeframe=1Min', headers)).toEqual(forbidden);
      expect(await said('/v1beta1/news', headers)).toEqual(forbidden);
    }
    expect(await said('/v2/account', { 'APCA-API-KEY-ID': 'no' })).toEqual(forbidden);
  });

  it('malformed and oversized bodies are 400 and 413, unknown paths a JSON 404, and the next request is served', async () => {
    await start();
    expect(await post('{"symbol":').then((reply) => [reply.status, reply.headers.get('content-type')])).toEqual([
      400,
      'application/json; charset=UTF-8',
    ]);
    expect((await post('[1]')).status).toBe(422);
    expect((await post({ symbol: { a: 1 } })).status).toBe(422);
    expect((await post(`"${'x'.repeat(10_000_000)}"`)).status).toBe(413);
    expect(await w.fetch('/v2/nothing').then((reply) => [reply.status, reply.headers.get('content-type')])).toEqual([
      404,
      'application/json; charset=UTF-8',
    ]);
    expect((await w.fetch('/v2/orders?limit=1000000')).status).toBe(422);
    expect((await w.fetch('/v2/account')).status).toBe(200);
  });

  it('every reply says who it is, what is left of the limit, and how fast the market runs', async () => {
    await start({ requestsPerMinute: 3 });
    const replies = [];
    for (let i = 0; i < 4; i++) replies.push(await w.fetch('/v2/clock'));
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 429]);
    expect(replies.map((reply) => reply.headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    expect(await replies[3]!.json()).toMatchObject({ code: 42910000 });
    expect(Number(replies[0]!.headers.get('x-ratelimit-reset')) * 1_000).toBe(w.wall.now() + 60_000);
    expect(replies[0]!.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(replies[0]!.headers.get('x-market-speed')).toBe('1');
    w.wall.advance(59_999);
    expect((await w.fetch('/v2/clock')).status).toBe(429);
    w.wall.advance(1);
    w.clock.setSpeed(60);
    expect((await w.fetch('/v2/clock')).headers.get('x-market-speed')).toBe('60');
  });

  it('dollars may come as numbers or strings; nulls are sent, not left out', async () => {
    await start();
    w.advance(6 * 60_000);
    const reply = await post({
      symbol: 'AAPL',
      qty: 2,
      side: 'buy',
      type: 'limit',
      limit_price: 99.5,
      time_in_force: 'day',
      client_order_id: 'mine',
    });
    const order: Wire = await reply.json();
    expect(order).toMatchObject({ qty: '2', limit_price: '99.5', filled_avg_price: null, legs: null, replaced_by: null });
    const found: Wire = await (await w.fetch('/v2/orders:by_client_order_id?client_order_id=mine')).json();
    expect(found.id).toBe(order.id);
    expect((await w.fetch(`/v2/orders/${order.id}`, { method: 'DELETE' })).status).toBe(204);
  });
});

interface Line {
  readonly socket: WebSocket;
  readonly heard: ReturnType<typeof inbox<Wire>>;
  readonly frames: boolean[];
  say(message: unknown): void;
}

async function dial(path: string, headers: Record<string, string> = {}): Promise<Line> {
  const socket = new WebSocket(`${w.server.wsUrl}${path}`, { headers });
  const heard = inbox<Wire>();
  const frames: boolean[] = [];
  const packs = headers['Content-Type'] === 'application/msgpack';
  socket.on('message', (bytes: Buffer, isBinary) => {
    frames.push(isBinary);
    const message = packs ? decode(bytes) : JSON.parse(bytes.toString());
    for (const item of Array.isArray(message) ? message : [message]) heard.put(item);
  });
  socket.on('close', () => heard.put({ closed: true }));
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  return { socket, heard, frames, say: (message) => socket.send(packs ? encode(message) : JSON.stringify(message)) };
}

const auth = { action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey };

describe('over a market-data stream', () => {
  it('errs with 400, 401, 402, 403 and 406', async () => {
    await start();
    const line = await dial('/v2/iex');
    expect(await line.heard.next()).toEqual({ T: 'success', msg: 'connected' });
    line.say({ action: 'subscribe', bars: ['AAPL'] });
    expect(await line.heard.next()).toEqual({ T: 'error', code: 401, msg: 'not authenticated' });
    line.say(auth);
    expect(await line.heard.next()).toEqual({ T: 'success', msg: 'authenticated' });
    line.say(auth);
    expect(await line.heard.next()).toMatchObject({ code: 403 });
    line.socket.send('{');
    expect(await line.heard.next()).toMatchObject({ code: 400 });
    line.say({ action: 'subscribe', bars: 'AAPL' });
    expect(await line.heard.next()).toMatchObject({ code: 400 });
    const second = await dial('/v2/iex');
    second.say(auth);
    expect(await second.heard.next((item) => item.T === 'error')).toMatchObject({ code: 406, msg: 'connection limit exceeded' });
    await second.heard.next((item) => item.closed);
    const wrong = await dial('/v2/sip');
    wrong.say({ ...auth, secret: 'no' });
    expect(await wrong.heard.next((item) => item.T === 'error')).toMatchObject({ code: 402 });
    line.socket.close();
    await line.heard.next((item) => item.closed);
    const third = await dial('/v2/iex', { 'APCA-API-KEY-ID': KEYS.keyId, 'APCA-API-SECRET-KEY': KEYS.secretKey });
    expect(await third.heard.next((item) => item.msg === 'authenticated')).toBeTruthy();
    third.socket.terminate();
  });

  it.each(['application/json', 'application/msgpack'])(
    'acknowledges all subscriptions and sends what was asked for, in %s',
    async (type) => {
      await start();
      const line = await dial('/v2/iex', { 'Content-Type': type });
      line.say(auth);
      await line.heard.next((item) => item.msg === 'authenticated');
      line.say({ action: 'subscribe', bars: ['*'], quotes: ['AAPL'] });
      expect(await line.heard.next()).toMatchObject({
        T: 'subscription',
        bars: ['*'],
        quotes: ['AAPL'],
        trades: [],
        corrections: [],
        lulds: [],
      });
      line.say({ action: 'subscribe', trades: ['AAPL'] });
      expect(await line.heard.next()).toMatchObject({ bars: ['*'], quotes: ['AAPL'], trades: ['AAPL'], cancelErrors: ['AAPL'] });
      w.advance(6 * 60_000);
      const bar = await line.heard.next((item) => item.T === 'b');
      const time = type.includes('json') ? '2019-02-11T14:30:00.000Z' : new Date('2019-02-11T14:30:00Z');
      expect(bar).toEqual({ T: 'b', S: 'AAPL', t: time, o: 100, h: 100, l: 100, c: 100, v: 1_000, n: 11, vw: 100 });
      expect(line.heard.all.find((item) => item.T === 'q')).toMatchObject({ S: 'AAPL', bp: 99.99, ap: 100.01 });
      expect(line.heard.all.find((item) => item.T === 't')).toMatchObject({ S: 'AAPL', p: 100 });
      line.say({ action: 'unsubscribe', bars: ['*'], quotes: ['AAPL'], trades: ['AAPL'] });
      expect(await line.heard.next((item) => item.T === 'subscription')).toMatchObject({ bars: [], quotes: [], trades: [] });
      line.socket.terminate();
    },
  );
});

describe('over the trading stream', () => {
  it('speaks JSON in binary frames, and only to those it knows', async () => {
    await start();
    w.advance(6 * 60_000);
    const line = await dial('/stream');
    line.say({ action: 'listen', data: { streams: ['trade_updates'] } });
    expect(await line.heard.next()).toEqual({ stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } });
    line.say({ action: 'authenticate', data: { key_id: KEYS.keyId, secret_key: KEYS.secretKey } });
    expect(await line.heard.next()).toEqual({ stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } });
    line.say({ action: 'listen', data: { streams: ['trade_updates', 'gossip'] } });
    expect(await line.heard.next()).toEqual({ stream: 'listening', data: { streams: ['trade_updates'] } });
    const reply: Wire = await (await post({ symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' })).json();
    const fill = await line.heard.next((item) => item.data?.event === 'fill');
    expect(fill.data.order).toMatchObject({ id: reply.id, status: 'filled' });
    expect(fill.data.event_id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(line.frames.every(Boolean)).toBe(true);
    line.say({ action: 'dance' });
    expect(await line.heard.next((item) => item.action === 'error')).toMatchObject({
      data: { error_message: expect.stringContaining('dance') },
    });
    const stranger = await dial('/stream');
    stranger.say({ action: 'auth', key: 'a', secret: 'b' });
    expect(await stranger.heard.next()).toMatchObject({ data: { status: 'unauthorized' } });
    await stranger.heard.next((item) => item.closed);
    line.socket.terminate();
  });
});
