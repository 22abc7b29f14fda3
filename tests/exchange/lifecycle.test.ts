/** Cancelling, replacing, listing, closing, and the account's history of it. */
import { describe, expect, it } from 'vitest';
import { at, flat, harness, limit, market, series, told, type Wire } from './harness.ts';

const shop = (settings = {}) =>
  harness([series('AAPL', flat(100, 390)), series('MSFT', flat(50, 390)), series('BTC/USD', flat(5_000, 390))], settings);

describe('cancel', () => {
  it('ends an open order and gives back its buying power', () => {
    const h = shop();
    const { body } = h.submit(limit('AAPL', 'buy', '10', '90'), at(1));
    expect(h.ask({ kind: 'cancelOrder', id: body.id })).toEqual({ status: 204, body: null });
    expect(told(h.updates())).toEqual(['pending_new', 'new', 'canceled']);
    expect(h.order(body.id)).toMatchObject({ status: 'canceled', canceled_at: '2019-02-11T14:31:00.000Z' });
    expect(h.account().buying_power).toBe('200000');
  });

  it('is refused for what is done, and answers 404 for what is not known', () => {
    const h = shop();
    const { body } = h.submit(market('AAPL', 'buy', '1'), at(1));
    expect(h.ask({ kind: 'cancelOrder', id: body.id })).toMatchObject({
      status: 422,
      body: { code: 42210000, message: 'order is already in "filled" state' },
    });
    expect(h.ask({ kind: 'cancelOrder', id: 'x' })).toMatchObject({
      status: 404,
      body: { code: 40410000, message: 'order not found for x' },
    });
  });

  it('of the same order twice is a switch', () => {
    for (const [repeatedCancel, status] of [
      ['refuse', 422],
      ['accept', 204],
    ] as const) {
      const h = shop({ repeatedCancel });
      const { body } = h.submit(limit('AAPL', 'buy', '1', '90'), at(1));
      h.ask({ kind: 'cancelOrder', id: body.id });
      expect(h.ask({ kind: 'cancelOrder', id: body.id }).status).toBe(status);
    }
  });

  it('of everything answers 207 with one item each', () => {
    const h = shop();
    const ids = ['90', '91'].map((price) => h.submit(limit('AAPL', 'buy', '1', price), at(1)).body.id);
    const reply = h.ask({ kind: 'cancelAllOrders' });
    expect(reply.status).toBe(207);
    expect(reply.body.map((item: Wire) => [item.id, item.status])).toEqual(ids.map((id) => [id, 200]));
    expect(h.orders({ status: 'open' })).toEqual([]);
  });
});

describe('replace', () => {
  it('makes a new order, chained to the old one', () => {
    const h = shop();
    const { body } = h.submit(limit('AAPL', 'buy', '10', '90', { clientOrderId: 'a' }), at(1));
    h.exchange.drain();
    const reply = h.ask({ kind: 'replaceOrder', id: body.id, change: { limitPrice: '91', qty: '12', clientOrderId: 'b' } }, at(2));
    expect(reply.body).toMatchObject({ status: 'pending_new', replaces: body.id, limit_price: '91', qty: '12', client_order_id: 'b' });
    expect(h.order(body.id)).toMatchObject({ status: 'replaced', replaced_by: reply.body.id, replaced_at: '2019-02-11T14:32:00.000Z' });
    const updates = h.updates();
    expect(updates.map((update) => [update.event, update.order.id])).toEqual([
      ['replaced', body.id],
      ['new', reply.body.id],
    ]);
    expect(h.account().buying_power).toBe('198908');
    expect(h.ask({ kind: 'getOrderByClientId', clientOrderId: 'a' }).body.id).toBe(body.id);
  });

  it('may take the buying power that the old order held', () => {
    const h = shop();
    const { body } = h.submit(limit('AAPL', 'buy', '2000', '99'), at(1));
    expect(h.ask({ kind: 'replaceOrder', id: body.id, change: { limitPrice: '99.50' } }).status).toBe(200);
  });

  it('fills at once when it has become marketable', () => {
    const h = shop();
    const { body } = h.submit(limit('AAPL', 'buy', '1', '90'), at(1));
    const reply = h.ask({ kind: 'replaceOrder', id: body.id, change: { limitPrice: '100.01' } });
    expect(h.order(reply.body.id).status).toBe('filled');
  });

  it('is refused before the open, without a change, or with a used id', () => {
    const h = shop();
    const early = h.submit(limit('AAPL', 'buy', '1', '90', { clientOrderId: 'early' }));
    expect(h.ask({ kind: 'replaceOrder', id: early.body.id, change: { limitPrice: '91' } }).status).toBe(422);
    h.exchange.advance(at(1));
    expect(h.ask({ kind: 'replaceOrder', id: early.body.id, change: { limitPrice: '90' } }).body.message).toBe(
      'order parameters are not changed',
    );
    expect(h.ask({ kind: 'replaceOrder', id: early.body.id, change: { limitPrice: '91', clientOrderId: 'early' } }).body.code).toBe(
      40010001,
    );
  });
});

describe('the list of orders', () => {
  it('filters by status, symbol, side and time, and pages in both directions', () => {
    const h = shop();
    const ids = [1, 2, 3, 4].map((minute) => h.submit(limit(minute % 2 ? 'AAPL' : 'MSFT', 'buy', '1', '10'), at(minute)).body.id);
    h.ask({ kind: 'cancelOrder', id: ids[0] });
    const list = (filter: object) => h.orders(filter).map((order) => ids.indexOf(order.id));
    expect(list({ status: 'open' })).toEqual([1, 2, 3]);
    expect(list({ status: 'closed' })).toEqual([0]);
    expect(list({ direction: 'desc' })).toEqual([3, 2, 1, 0]);
    expect(list({ limit: 2 })).toEqual([0, 1]);
    expect(list({ symbols: ['MSFT'] })).toEqual([1, 3]);
    expect(list({ side: 'sell' })).toEqual([]);
    expect(list({ after: at(2) })).toEqual([2, 3]);
    expect(list({ until: at(2) })).toEqual([0]);
    expect(list({ afterOrderId: ids[1] })).toEqual([2, 3]);
    expect(list({ assetClasses: ['crypto'] })).toEqual([]);
  });
});

describe('positions', () => {
  it('of whole shares close in whole shares, those of parts in parts', () => {
    const h = shop();
    h.submit(market('AAPL', 'buy', '10'), at(1));
    const close = (percentage: string) => h.ask({ kind: 'closePosition', symbol: 'AAPL', percentage });
    expect(close('37.5').body.qty).toBe('3');
    expect(close('10')).toMatchObject({ status: 422 });
    h.submit(market('AAPL', 'buy', '0.5'));
    expect(close('50').body.qty).toBe('3.75');
  });

  it('close in part, by percentage, and whole', () => {
    const h = shop();
    h.submit(market('AAPL', 'buy', '100'), at(1));
    h.ask({ kind: 'closePosition', symbol: 'AAPL', qty: '10' });
    h.ask({ kind: 'closePosition', symbol: 'AAPL', percentage: '50' });
    expect(h.position('AAPL').qty).toBe('45');
    expect(h.ask({ kind: 'closePosition', symbol: 'AAPL' }).body).toMatchObject({
      side: 'sell',
      qty: '45',
      type: 'market',
      position_intent: 'sell_to_close',
    });
    expect(h.ask({ kind: 'getPosition', symbol: 'AAPL' })).toMatchObject({ status: 404, body: { message: 'position does not exist' } });
  });

  it('close all at once, cancelling what holds them when asked to', () => {
    const h = shop();
    h.submit(market('AAPL', 'buy', '10'), at(1));
    h.submit(market('BTC/USD', 'buy', '1'));
    h.submit(limit('AAPL', 'sell', '10', '120'));
    const refused = h.ask({ kind: 'closeAllPositions', cancelOrders: false });
    expect(refused.body.map((item: Wire) => [item.symbol, item.status])).toEqual([
      ['AAPL', 403],
      ['BTCUSD', 200],
    ]);
    expect(h.ask({ kind: 'closeAllPositions', cancelOrders: true }).body).toMatchObject([
      { symbol: 'AAPL', status: 200, body: { side: 'sell' } },
    ]);
    expect(h.ask({ kind: 'listPositions' }).body).toEqual([]);
  });

  it('may be short', () => {
    const h = shop();
    h.submit(market('AAPL', 'sell', '10'), at(1));
    expect(h.position('AAPL')).toMatchObject({
      qty: '-10',
      side: 'short',
      market_value: '-1000',
      cost_basis: '-999.9',
      unrealized_pl: '-0.1',
    });
    expect(h.account()).toMatchObject({ cash: '100999.9', equity: '99999.9', short_market_value: '-1000' });
    h.ask({ kind: 'closePosition', symbol: 'AAPL' });
    expect(h.account().cash).toBe('99999.8');
  });
});

describe('activities', () => {
  it('page by id in both directions', () => {
    const h = shop();
    for (let i = 1; i <= 5; i++) h.submit(market('AAPL', 'buy', String(i)), at(i));
    const page = (filter: object) => h.ask({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 2, ...filter } }).body;
    const first = page({});
    expect(first.map((item: Wire) => item.qty)).toEqual(['1', '2']);
    expect(first[0].id).toMatch(/^20190211093100000::[0-9a-f-]{36}$/);
    expect(page({ pageToken: first[1].id }).map((item: Wire) => item.qty)).toEqual(['3', '4']);
    expect(page({ direction: 'desc', pageToken: first[1].id }).map((item: Wire) => item.qty)).toEqual(['1']);
    expect(page({ types: ['DIV'] })).toEqual([]);
    expect(page({ after: at(4) }).map((item: Wire) => item.qty)).toEqual(['5']);
  });
});
