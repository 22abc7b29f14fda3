/** What is refused, and in Alpaca's codes. */
import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#server/exchange/requests.ts';
import { at, flat, harness, limit, market, series } from './harness.ts';

const shop = (settings = {}) => harness([series('AAPL', flat(100, 390)), series('BTC/USD', flat(5_000, 390))], settings);

const cases: readonly (readonly [string, OrderRequest, number, number, RegExp])[] = [
  ['an unknown symbol', market('NOPE', 'buy', '1'), 422, 42210000, /asset "NOPE" not found/],
  ['no quantity', { symbol: 'AAPL', side: 'buy', type: 'market', timeInForce: 'day' }, 422, 40010001, /qty or notional is required/],
  ['quantity and notional', market('AAPL', 'buy', '1', { notional: '5' }), 422, 40010001, /only one of/],
  ['a wrong number', market('AAPL', 'buy', '1e3'), 422, 40010001, /invalid qty: 1e3/],
  ['a tenth decimal', market('AAPL', 'buy', '0.0000000001'), 422, 40010001, /invalid qty/],
  ['a negative quantity', market('AAPL', 'buy', '-1'), 422, 42210000, /must be > 0/],
  ['a wrong side', { ...market('AAPL', 'buy', '1'), side: 'hold' }, 422, 40010001, /invalid side/],
  ['a wrong time in force', market('AAPL', 'buy', '1', { timeInForce: 'forever' }), 422, 40010001, /invalid time_in_force/],
  ['a limit order without limit', market('AAPL', 'buy', '1', { type: 'limit' }), 422, 40010001, /limit orders require a limit price/],
  ['a market order with limit', market('AAPL', 'buy', '1', { limitPrice: '1' }), 422, 40010001, /do not accept a limit price/],
  ['a sub-penny price', limit('AAPL', 'buy', '1', '99.123'), 422, 42210000, /invalid limit_price 99.123. sub-penny increment/],
  ['a fraction for GTC', market('AAPL', 'buy', '0.5', { timeInForce: 'gtc' }), 422, 42210000, /fractional orders must be DAY orders/],
  ['a short fraction', market('AAPL', 'sell', '0.5'), 403, 40310000, /fractional orders cannot be sold short/],
  ['DAY for crypto', market('BTC/USD', 'buy', '1', { timeInForce: 'day' }), 422, 42210000, /invalid crypto time_in_force/],
  ['a stop for crypto', market('BTC/USD', 'buy', '1', { type: 'stop', stopPrice: '6000' }), 422, 40010001, /invalid order type for crypto/],
  [
    'nine dollars of crypto',
    { symbol: 'BTC/USD', side: 'buy', type: 'market', timeInForce: 'gtc', notional: '9' },
    403,
    40310000,
    /minimal amount of order 10/,
  ],
  ['crypto that is not held', market('BTC/USD', 'sell', '1'), 403, 40310000, /insufficient balance for BTC/],
  [
    'a market order in extended hours',
    market('AAPL', 'buy', '1', { extendedHours: true }),
    422,
    42210000,
    /extended hours order must be DAY or GTC limit/,
  ],
  ['more than the buying power', market('AAPL', 'buy', '2000'), 403, 40310000, /insufficient buying power/],
  [
    'crypto on margin',
    market('BTC/USD', 'buy', '20'),
    403,
    40310000,
    /insufficient balance for USD \(requested: \d+\.\d+, available: 100000\)/,
  ],
  ['fifty cents', { symbol: 'AAPL', side: 'buy', type: 'market', timeInForce: 'day', notional: '0.5' }, 422, 40010001, /notional must be/],
  [
    'a bare trailing stop',
    market('AAPL', 'sell', '1', { type: 'trailing_stop' }),
    422,
    40010001,
    /require either trail_price or trail_percent/,
  ],
  ['an endless client id', market('AAPL', 'buy', '1', { clientOrderId: 'x'.repeat(129) }), 422, 40010001, /no more than 128/],
];

describe('an order is refused', () => {
  it.each(cases)('with %s', (_name, order, status, code, message) => {
    const h = shop();
    const reply = h.submit(order, at(1));
    expect(reply).toMatchObject({ status, body: { code, message: expect.stringMatching(message) } });
    expect(h.orders()).toEqual([]);
    expect(h.updates()).toEqual([]);
  });

  it('under a client order id that was used before, even by an order that is done', () => {
    const h = shop();
    expect(h.submit(market('AAPL', 'buy', '1', { clientOrderId: 'mine' }), at(1)).status).toBe(200);
    expect(h.submit(market('AAPL', 'sell', '1', { clientOrderId: 'mine' }))).toMatchObject({ status: 422, body: { code: 40010001 } });
  });

  it('in dollars while the position is being closed', () => {
    const h = shop();
    h.submit(market('AAPL', 'buy', '5'), at(1));
    const closing = h.submit(limit('AAPL', 'sell', '5', '120')).body;
    const dollars = { symbol: 'AAPL', side: 'buy', type: 'market', timeInForce: 'day', notional: '50' };
    expect(shop({ washTradeCheck: false }).submit(dollars, at(1)).status).toBe(200);
    h.ask({ kind: 'cancelOrder', id: closing.id });
    expect(h.submit(dollars).status).toBe(200);
    const unwashed = shop({ washTradeCheck: false });
    unwashed.submit(market('AAPL', 'buy', '5'), at(1));
    unwashed.submit(limit('AAPL', 'sell', '5', '120'));
    expect(unwashed.submit(dollars)).toMatchObject({
      status: 403,
      body: { code: 40310000, message: 'unable to open new notional orders while having open closing position orders' },
    });
  });

  it('as a replacement that would change the quantity of a part of a share', () => {
    const h = shop();
    const { body } = h.submit(limit('AAPL', 'buy', '1.5', '90'), at(1));
    const change = { qty: '2.5' };
    expect(h.ask({ kind: 'replaceOrder', id: body.id, change })).toMatchObject({ status: 422, body: { message: 'qty must be integer' } });
    expect(h.ask({ kind: 'replaceOrder', id: body.id, change: { qty: '1.5', limitPrice: '91' } }).status).toBe(200);
  });

  it('as a replacement by a kind of order that does not exist', () => {
    const h = shop();
    const legs = { orderClass: 'bracket', takeProfit: { limitPrice: '120' }, stopLoss: { stopPrice: '80' } };
    const bracket = h.submit(market('AAPL', 'buy', '2', legs), at(1)).body;
    for (const [order, timeInForce, message] of [
      [limit('AAPL', 'buy', '1.5', '90'), 'gtc', 'fractional orders must be DAY orders'],
      [market('AAPL', 'buy', '1', { type: 'stop', stopPrice: '110' }), 'ioc', 'invalid time_in_force for stop order: ioc'],
      [limit('AAPL', 'buy', '1', '90', { extendedHours: true }), 'fok', 'extended hours order must be DAY or GTC limit orders'],
      [limit('AAPL', 'buy', '1', '90', legs), 'ioc', 'bracket orders must be DAY or GTC orders'],
    ] as const) {
      const { id } = h.submit(order).body;
      expect(h.ask({ kind: 'replaceOrder', id, change: { timeInForce } })).toMatchObject({ status: 422, body: { message } });
    }
    const profit = h.order(bracket.id).legs[0].id;
    expect(h.ask({ kind: 'replaceOrder', id: profit, change: { timeInForce: 'ioc' } }).status).toBe(422);
    expect(h.ask({ kind: 'replaceOrder', id: profit, change: { timeInForce: 'gtc' } }).status).toBe(200);
  });

  it('while trading is suspended, until it is allowed again', () => {
    const h = shop();
    h.ask({ kind: 'patchConfigurations', patch: { suspend_trade: true } }, at(1));
    expect(h.submit(market('AAPL', 'buy', '1'))).toMatchObject({ status: 403, body: { code: 40310000 } });
    expect(h.account().trade_suspended_by_user).toBe(true);
    h.ask({ kind: 'patchConfigurations', patch: { suspend_trade: false } });
    expect(h.submit(market('AAPL', 'buy', '1')).status).toBe(200);
  });

  it('when it would sell what other orders hold, with the details', () => {
    const h = shop();
    h.submit(market('AAPL', 'buy', '10'), at(1));
    const held = h.submit(limit('AAPL', 'sell', '8', '120'));
    expect(h.submit(limit('AAPL', 'sell', '5', '121'))).toMatchObject({
      status: 403,
      body: { code: 40310000, available: '2', existing_qty: '10', held_for_orders: '8', symbol: 'AAPL', related_orders: [held.body.id] },
    });
    expect(h.position('AAPL').qty_available).toBe('2');
  });

  it('when open orders have reserved the buying power', () => {
    const h = shop();
    expect(h.submit(limit('AAPL', 'buy', '1500', '99'), at(1)).status).toBe(200);
    expect(h.account().buying_power).toBe('51500');
    expect(h.submit(limit('AAPL', 'buy', '600', '99'))).toMatchObject({
      status: 403,
      body: { buying_power: '51500', cost_basis: '59400' },
    });
  });

  it('for selling short on a cash account or with shorting off', () => {
    expect(shop({ multiplier: 1 }).submit(market('AAPL', 'sell', '1'), at(1)).status).toBe(403);
    const h = shop();
    h.ask({ kind: 'patchConfigurations', patch: { no_shorting: true } }, at(1));
    expect(h.submit(market('AAPL', 'sell', '1')).status).toBe(403);
  });
});

describe('a position', () => {
  it('is not opened on both sides at once, unless that is allowed', () => {
    for (const [oppositeOpenings, status] of [
      ['refuse', 403],
      ['allow', 200],
    ] as const) {
      const h = shop({ oppositeOpenings });
      h.submit(limit('AAPL', 'buy', '1', '90'), at(1));
      expect(h.submit(limit('AAPL', 'sell', '1', '120')).status).toBe(status);
    }
  });

  it('is opened and closed as its order says it means to', () => {
    const h = shop();
    expect(h.submit(market('AAPL', 'buy', '1', { positionIntent: 'sell_to_open' }), at(1)).status).toBe(422);
    expect(h.submit(market('AAPL', 'buy', '1', { positionIntent: 'buy_to_close' })).body.message).toContain('position intent mismatch');
    expect(h.submit(market('AAPL', 'buy', '1', { positionIntent: 'buy_to_open' })).body.position_intent).toBe('buy_to_open');
  });
});

describe('the wash-trade check', () => {
  const resting = { limit: limit('AAPL', 'buy', '1', '90'), stop: market('AAPL', 'buy', '1', { type: 'stop', stopPrice: '120' }) };
  it.each([
    ['market against limit', resting.limit, market('AAPL', 'sell', '1'), 403],
    ['limit against stop', resting.stop, limit('AAPL', 'sell', '1', '130'), 403],
    ['crossing limits', resting.limit, limit('AAPL', 'sell', '1', '90'), 403],
    ['limits apart', resting.limit, limit('AAPL', 'sell', '1', '90.01'), 200],
    ['a trailing stop', resting.limit, market('AAPL', 'sell', '1', { type: 'trailing_stop', trailPrice: '1' }), 200],
    ['the same side', resting.limit, limit('AAPL', 'buy', '1', '90'), 200],
  ])('%s', (_name, first, second, status) => {
    const h = shop();
    // With shares to sell: without them a sale opens a short position, and is refused for that.
    h.submit(market('AAPL', 'buy', '5'), at(1));
    const existing = h.submit(first);
    const reply = h.submit(second);
    expect(reply.status).toBe(status);
    if (status === 403) expect(reply.body).toMatchObject({ code: 40310000, existing_order_id: existing.body.id });
  });
});
