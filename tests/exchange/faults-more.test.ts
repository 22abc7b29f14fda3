/** Faults of the catalogue that are rarer: late answers, refused keys, gaps in lists, replacements that fail, and newcomers on streams. */
import { decode, encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { flat, series, type Wire } from './harness.ts';
import { armed, dialRaw, listening, type RawLine, subscribed } from './plagued.ts';
import { inbox, KEYS, type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
let w: Wired;
const lines: RawLine[] = [];
const kept = (line: RawLine): RawLine => {
  lines.push(line);
  return line;
};

beforeEach(async () => {
  w = await wired([series('AAPL', flat(100, 390))], {}, { maxDataConnections: 2 });
  w.advance(6 * MINUTE);
});
afterEach(async () => {
  for (const line of lines.splice(0)) line.socket.terminate();
  await w.server.close();
});

const get = async (path: string): Promise<Wire> => (await w.fetch(path)).json();
const send = (method: string, path: string, body?: object) => w.fetch(path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
const placed = async (more: object = {}): Promise<Wire> => {
  const order = { symbol: 'AAPL', qty: '2', side: 'buy', type: 'limit', limit_price: '90', time_in_force: 'day', ...more };
  return (await send('POST', '/v2/orders', order)).json();
};

describe('requests', () => {
  it('lateAnswer: applied at once, answered later', async () => {
    armed(w, { fault: 'lateAnswer', method: 'POST', ms: 120_000 });
    const answer = placed();
    await w.waits.next((ms) => ms === 120_000);
    expect(await get('/v2/orders')).toHaveLength(1);
    w.wall.advance(120_000);
    expect(await answer).toMatchObject({ status: 'pending_new' });
  });

  it('unauthorized: the keys are refused, with 401 or with 403', async () => {
    armed(w, { fault: 'unauthorized', next: 1 });
    const first = await w.fetch('/v2/account');
    expect([first.status, await first.json()]).toEqual([401, { code: 40110000, message: 'request is not authorized' }]);
    armed(w, { fault: 'unauthorized', status: 403, next: 1 });
    const second = await w.fetch('/v2/account');
    expect([second.status, await second.json()]).toEqual([403, { message: 'forbidden.' }]);
  });

  it('omittedItem: a list without its first item', async () => {
    const { id } = await placed();
    await placed();
    armed(w, { fault: 'omittedItem', path: '/v2/orders', method: 'GET', next: 1 });
    expect((await get('/v2/orders')).map((order: Wire) => order.id)).toEqual([id]);
    expect(await get('/v2/orders')).toHaveLength(2);
  });

  it('notFoundYet with a time: an order is 404 so long after it was accepted', async () => {
    armed(w, { fault: 'notFoundYet', method: 'GET', path: '/v2/orders*', ms: 30_000 });
    const { id } = await placed({ client_order_id: 'mine' });
    const paths = ['/v2/orders:by_client_order_id?client_order_id=mine', `/v2/orders/${id}`];
    const statuses = async () => [(await w.fetch(paths[0] ?? '')).status, (await w.fetch(paths[1] ?? '')).status];
    w.wall.advance(29_999);
    expect(await statuses()).toEqual([404, 404]);
    expect(await get('/v2/orders')).toHaveLength(1);
    w.wall.advance(1);
    expect(await statuses()).toEqual([200, 200]);
  });

  it('replaceThenFill: 200, and then the old order fills and the replacement is rejected', async () => {
    const { id } = await placed();
    const line = kept(await listening(w));
    armed(w, { fault: 'replaceThenFill' });
    const reply = await send('PATCH', `/v2/orders/${id}`, { limit_price: '91', client_order_id: 'second' });
    const fresh: Wire = await reply.json();
    expect([reply.status, fresh]).toMatchObject([200, { replaces: id, limit_price: '91', client_order_id: 'second' }]);
    await line.heard.next(({ data }) => data?.event === 'order_replace_rejected');
    expect(line.heard.all.filter(({ data }) => data?.order).map(({ data }) => [data.event, data.order.id])).toEqual([
      ['fill', id],
      ['order_replace_rejected', id],
    ]);
    expect([(await w.fetch(`/v2/orders/${fresh.id}`)).status, (await get(`/v2/orders/${id}`)).status]).toEqual([404, 'filled']);
    expect((await send('PATCH', `/v2/orders/${id}`, { limit_price: '92' })).status).toBe(422);
  });

  it('clockSkew: the Date header is ahead', async () => {
    armed(w, { fault: 'clockSkew', ms: -3_600_000, next: 1 });
    expect(Date.parse((await w.fetch('/v2/clock')).headers.get('date') ?? '')).toBe(w.wall.now() - 3_600_000);
  });
});

describe('frames', () => {
  it('duplicateFrame with a time: an old fill comes again; duplicateExecution: under another id', async () => {
    const line = kept(await listening(w));
    armed(w, { fault: 'duplicateFrame', event: 'fill', ms: 60_000, next: 1 });
    await placed({ type: 'market', limit_price: undefined });
    await line.heard.next(({ data }) => data?.event === 'fill');
    w.wall.advance(60_000);
    await line.heard.next(({ data }) => data?.event === 'fill');
    armed(w, { fault: 'duplicateExecution', event: 'fill', next: 1 });
    await placed({ type: 'market', limit_price: undefined });
    const ids = new Set<string>();
    for (let i = 0; i < 2; i++) ids.add((await line.heard.next(({ data }) => data?.event === 'fill')).data.execution_id);
    expect(ids.size).toBe(2);
  });
});

describe('connections', () => {
  it('streamRefused: a code instead of being let in', async () => {
    armed(w, { fault: 'streamRefused', stream: '/v2/iex', status: 411, next: 1 });
    const line = kept(await dialRaw(w, '/v2/iex'));
    line.say({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey });
    expect(await line.heard.next(({ T }) => T === 'error')).toEqual({ T: 'error', code: 411, msg: 'insufficient scope' });
    kept(await subscribed(w));
  });

  it.each(['/v2/iex', '/stream'])('takeover: the newcomer on %s is let in, who was there is put out', async (stream) => {
    const enter = (): Promise<RawLine> => (stream === '/stream' ? listening(w) : subscribed(w));
    const first = kept(await enter());
    armed(w, { fault: 'takeover', stream, next: 1 });
    const second = kept(await enter());
    await first.heard.next(({ closed }) => closed);
    expect(second.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('/stream', () => {
  it('speaks msgpack to whoever asks for it', async () => {
    const socket = new WebSocket(`${w.server.wsUrl}/stream`, { headers: { 'Content-Type': 'application/msgpack' } });
    const heard = inbox<Wire>();
    socket.on('message', (bytes: Buffer) => heard.put(decode(bytes)));
    await new Promise((done) => socket.once('open', done));
    socket.send(encode({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey }));
    expect(await heard.next()).toMatchObject({ data: { status: 'authorized' } });
    socket.send(encode({ action: 'listen', data: { streams: ['trade_updates'] } }));
    await heard.next(({ stream }) => stream === 'listening');
    const { id } = await placed();
    expect(await heard.next()).toMatchObject({ stream: 'trade_updates', data: { event: 'pending_new', order: { id, qty: '2' } } });
    socket.terminate();
  });

  it('takes the token of OAuth, and says why it refuses', async () => {
    const line = kept(await dialRaw(w, '/stream'));
    line.say({ action: 'authenticate', data: { oauth_token: KEYS.secretKey } });
    expect(await line.heard.next()).toMatchObject({ data: { status: 'authorized' } });
    const stranger = kept(await dialRaw(w, '/stream'));
    stranger.say({ action: 'authenticate', data: { key_id: 'no', secret_key: 'no' } });
    expect(await stranger.heard.next()).toMatchObject({ data: { status: 'unauthorized', message: 'access key verification failed' } });
  });
});
