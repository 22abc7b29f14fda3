/** Each fault on a request: what a raw client gets, what really happened, and what the SDK makes of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flat, series, type Wire } from './harness.ts';
import { armed, listening } from './plagued.ts';
import { type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
const POST = { method: 'POST', path: '/v2/orders' };
let w: Wired;

beforeEach(async () => {
  w = await wired([series('AAPL', flat(100, 390))]);
  w.advance(6 * MINUTE);
});
afterEach(() => w.server.close());

const body = (id: string, more: object = {}) =>
  JSON.stringify({
    symbol: 'AAPL',
    qty: '2',
    side: 'buy',
    type: 'limit',
    limit_price: '90',
    time_in_force: 'day',
    client_order_id: id,
    ...more,
  });
const post = (id: string, more: object = {}) => w.fetch('/v2/orders', { method: 'POST', body: body(id, more) });
const placed = async (id: string, more: object = {}): Promise<Wire> => (await post(id, more)).json();
const get = async (path: string): Promise<Wire> => (await w.fetch(path)).json();
const known = async (): Promise<string[]> => (await get('/v2/orders?status=all&direction=asc')).map((order: Wire) => order.client_order_id);
const sdkPost = (id: string) =>
  w.alpaca.trading.orders.postOrder({
    postOrderRequest: {
      symbol: 'AAPL',
      qty: '1',
      side: 'buy',
      type: 'limit',
      limitPrice: '90',
      timeInForce: 'day',
      clientOrderId: id,
    },
  });

describe('before the request is applied', () => {
  it('requestLost: the connection breaks and nothing was applied; the SDK can not tell', async () => {
    armed(w, { fault: 'requestLost', ...POST, next: 2 });
    await expect(post('a')).rejects.toThrow();
    await expect(sdkPost('b')).rejects.toMatchObject({ name: 'FetchError' });
    expect(await known()).toEqual([]);
    expect((await post('a')).status).toBe(200);
  });

  it('serverErrorBefore: an error in JSON; the SDK tries a GET again and succeeds', async () => {
    armed(w, { fault: 'serverErrorBefore', ...POST, status: 503, next: 1 });
    const reply = await post('a');
    expect([reply.status, await reply.json(), await known()]).toEqual([503, { code: 50010000, message: expect.any(String) }, []]);
    armed(w, { fault: 'serverErrorBefore', path: '/v2/account', next: 1 });
    expect(await w.alpaca.trading.account.getAccount()).toMatchObject({ status: 'ACTIVE' });
  });

  it('rateLimited: 429, with the headers that say when it ends, and without', async () => {
    armed(w, { fault: 'rateLimited', next: 1, ms: 40_000 });
    const told = await post('a');
    expect([told.status, told.headers.get('x-ratelimit-remaining')]).toEqual([429, '0']);
    expect(Number(told.headers.get('x-ratelimit-reset')) * 1_000 - w.wall.now()).toBe(40_000);
    armed(w, { fault: 'rateLimited', next: 1, withReset: false });
    const untold = await post('a');
    expect([untold.status, untold.headers.get('x-ratelimit-reset'), await untold.json()]).toMatchObject([429, null, { code: 42910000 }]);
    armed(w, { fault: 'rateLimited', next: 1 });
    await expect(sdkPost('b')).rejects.toMatchObject({ status: 429, name: 'RateLimitError' });
    expect(await known()).toEqual([]);
  });

  it('notFoundYet: an order that was accepted is 404 at first', async () => {
    const order = await placed('a');
    armed(w, { fault: 'notFoundYet', method: 'GET', path: '/v2/orders*', next: 2 });
    const byClientId = await w.fetch('/v2/orders:by_client_order_id?client_order_id=a');
    expect([byClientId.status, await byClientId.json()]).toEqual([404, { code: 40410000, message: 'order not found for a' }]);
    await expect(w.alpaca.trading.orders.getOrderByOrderID({ orderId: order.id })).rejects.toMatchObject({ status: 404 });
    expect((await get(`/v2/orders/${order.id}`)).id).toBe(order.id);
  });

  it('latency: the request waits, and is applied even when the client gave up', async () => {
    armed(w, { fault: 'latency', ...POST, ms: 60_000, next: 2 });
    const waiting = post('a');
    await w.waits.next((ms) => ms === 60_000);
    w.wall.advance(59_999);
    expect(await known()).toEqual([]);
    w.wall.advance(1);
    expect((await waiting).status).toBe(200);
    const line = await listening(w);
    const impatience = new AbortController();
    const given = w.fetch('/v2/orders', { method: 'POST', body: body('b'), signal: impatience.signal });
    await w.waits.next((ms) => ms === 60_000);
    impatience.abort();
    await expect(given).rejects.toThrow();
    w.wall.advance(60_000);
    await line.heard.next((message) => message.data?.order?.client_order_id === 'b');
    line.socket.terminate();
  });
});

describe('after it was applied', () => {
  it('responseLost: the order stands, the client hears nothing; a second POST is a duplicate', async () => {
    armed(w, { fault: 'responseLost', ...POST, next: 2 });
    await expect(post('a')).rejects.toThrow();
    await expect(sdkPost('b')).rejects.toMatchObject({ name: 'FetchError' });
    expect(await known()).toEqual(['a', 'b']);
    const again = await post('a');
    expect([again.status, await again.json()]).toMatchObject([422, { code: 40010001 }]);
  });

  it.each([
    ['serverErrorAfter', 500, 'application/json; charset=UTF-8'],
    ['gatewayTimeout', 504, 'text/html'],
    ['htmlBody', 502, 'text/html'],
  ] as const)('%s: the order stands, the answer is %i in %s', async (fault, status, type) => {
    armed(w, { fault, ...POST, next: 2 });
    const reply = await post('a');
    expect([reply.status, reply.headers.get('content-type')]).toEqual([status, type]);
    if (type === 'text/html') expect(await reply.text()).toContain('<center>nginx</center>');
    await expect(sdkPost('b')).rejects.toMatchObject({ status });
    expect(await known()).toEqual(['a', 'b']);
  });

  it('truncatedJson: the order stands, the answer can not be read', async () => {
    armed(w, { fault: 'truncatedJson', ...POST, next: 2 });
    const reply = await post('a');
    expect(reply.status).toBe(200);
    await expect(reply.json()).rejects.toThrow(SyntaxError);
    await expect(sdkPost('b')).rejects.toThrow();
    expect(await known()).toEqual(['a', 'b']);
  });

  it('replaceErrorButReplaced: 422, and yet the order was replaced', async () => {
    const order = await placed('a');
    armed(w, { fault: 'replaceErrorButReplaced', next: 1 });
    const reply = await w.fetch(`/v2/orders/${order.id}`, { method: 'PATCH', body: '{"limit_price":"91"}' });
    expect(reply.status).toBe(422);
    const old = await get(`/v2/orders/${order.id}`);
    expect(old).toMatchObject({ status: 'replaced' });
    expect(await get(`/v2/orders/${old.replaced_by}`)).toMatchObject({ limit_price: '91', replaces: order.id });
  });
});

describe('instead of what was asked', () => {
  it('cancelThenFill: 204, and then the order fills', async () => {
    const order = await placed('a');
    const line = await listening(w);
    armed(w, { fault: 'cancelThenFill', next: 1 });
    expect((await w.fetch(`/v2/orders/${order.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await line.heard.next((message) => message.stream === 'trade_updates')).toMatchObject({
      data: { event: 'fill', price: '90', order: { id: order.id, status: 'filled' } },
    });
    expect(await get('/v2/positions/AAPL')).toMatchObject({ qty: '2' });
    line.socket.terminate();
  });

  it('stuckPendingCancel: 204, then pending_cancel until it is carried out; a filled order is refused as ever', async () => {
    const order = await placed('a');
    const line = await listening(w);
    armed(w, { fault: 'stuckPendingCancel', ms: 3_600_000 });
    expect((await w.fetch(`/v2/orders/${order.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await get('/v2/orders?status=open')).toMatchObject([{ id: order.id, status: 'pending_cancel' }]);
    expect(await w.alpaca.trading.orders.getOrderByOrderID({ orderId: order.id })).toMatchObject({ status: 'pending_cancel' });
    expect((await w.fetch(`/v2/orders/${order.id}`, { method: 'DELETE' })).status).toBe(422);
    w.wall.advance(3_600_000);
    await line.heard.next((message) => message.data?.event === 'canceled');
    expect(await get(`/v2/orders/${order.id}`)).toMatchObject({ status: 'canceled' });
    const filled = await placed('b', { type: 'market', limit_price: undefined });
    expect((await w.fetch(`/v2/orders/${filled.id}`, { method: 'DELETE' })).status).toBe(422);
    line.socket.terminate();
  });

  it('staleList: reads as they were, while orders go on; fresh again once it rests', async () => {
    armed(w, { fault: 'staleList', method: 'GET', path: '/v2/orders*', ms: 60_000, next: 3 });
    const { id } = await placed('a', { type: 'market', limit_price: undefined });
    expect(await get('/v2/orders?status=all')).toEqual([]);
    expect((await get('/v2/positions')).length).toBe(1);
    expect((await w.fetch(`/v2/orders/${id}`)).status).toBe(404);
    await placed('b');
    expect(await w.alpaca.trading.orders.getAllOrders({ status: 'all' })).toEqual([]);
    expect(await known()).toEqual(['a', 'b']);
  });
});

describe('in the body', () => {
  it('unknownEnum, missingField and extraField, which the SDK lets pass', async () => {
    const order = await placed('a');
    armed(w, { fault: 'unknownEnum', method: 'GET', next: 2 });
    armed(w, { fault: 'missingField', method: 'GET', field: 'legs', next: 2 });
    armed(w, { fault: 'extraField', method: 'GET', next: 2 });
    const [seen] = await get('/v2/orders');
    expect(seen).toMatchObject({ id: order.id, status: 'quantum_entangled', brand_new_field: { added: 'without notice' } });
    expect(seen).not.toHaveProperty('legs');
    expect(await w.alpaca.trading.orders.getOrderByOrderID({ orderId: order.id })).toMatchObject({ status: 'quantum_entangled' });
    expect(w.server.faults.plan.fired(0).length).toBe(6);
  });
});
