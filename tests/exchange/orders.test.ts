/** Orders of each type against a known price path, and what the account has afterwards. */
import { describe, expect, it } from 'vitest';
import { at, flat, harness, limit, market, OPEN, series, told } from './harness.ts';

/** 100 for five minutes, a fall to 95, a rise to 110, back to 100. Half spread at 100: one cent. */
const PATH = [...flat(100, 5), [100, 100, 95, 96], 96, [96, 110, 96, 110], 110, 100, ...flat(100, 380)] as const;
const day = () => harness([series('AAPL', PATH), series('BTC/USD', flat(5_000, 391), OPEN - 60_000)]);

describe('market orders', () => {
  it('buy at the ask and sell at the bid, at once, while the session is open', () => {
    const h = day();
    const { status, body } = h.submit(market('AAPL', 'buy', '10'), at(1, 5_000));
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'pending_new', filled_qty: '0', position_intent: 'buy_to_open', order_class: '' });
    expect(told(h.updates())).toEqual(['pending_new', 'new', 'fill']);
    expect(h.order(body.id)).toMatchObject({ status: 'filled', filled_avg_price: '100.01', filled_qty: '10' });
    expect(h.account()).toMatchObject({ cash: '98999.9', equity: '99999.9', long_market_value: '1000' });
    h.submit(market('AAPL', 'sell', '10'));
    expect(h.account()).toMatchObject({ cash: '99999.8', equity: '99999.8' });
    expect(h.ask({ kind: 'listPositions' }).body).toEqual([]);
  });

  it('wait for the open when the market is closed, accepted but not new', () => {
    const h = day();
    h.exchange.advance(at(0, -120_000));
    const { body } = h.submit(market('AAPL', 'buy', '1', { type: 'limit', limitPrice: '101' }));
    expect(body).toMatchObject({ status: 'accepted', expires_at: '2019-02-11T21:00:00.000Z' });
    expect(told(h.updates())).toEqual(['accepted']);
    h.exchange.advance(OPEN);
    expect(told(h.updates())).toEqual(['new', 'fill']);
    expect(h.order(body.id).filled_at).toBe('2019-02-11T14:30:00.000Z');
  });

  it('take notional dollars and buy the fraction that they are worth', () => {
    const h = day();
    const { body } = h.submit({ symbol: 'AAPL', side: 'buy', type: 'market', timeInForce: 'day', notional: '500' }, at(1));
    expect(h.order(body.id)).toMatchObject({ status: 'filled', qty: null, notional: '500', filled_qty: '4.999500049' });
  });
});

describe('limit orders', () => {
  it('fill at the ask when the market comes to them, not before', () => {
    const h = day();
    const { body } = h.submit(limit('AAPL', 'buy', '10', '97'), at(1));
    h.exchange.advance(at(5, 39_999));
    expect(h.order(body.id).status).toBe('new');
    expect(h.account()).toMatchObject({ buying_power: '199030' });
    h.exchange.advance(at(6));
    expect(h.order(body.id)).toMatchObject({ status: 'filled', filled_avg_price: '95.01', filled_at: '2019-02-11T14:35:40.000Z' });
  });

  it('expire with the session when they are good for the day', () => {
    const h = day();
    const { body } = h.submit(limit('AAPL', 'buy', '10', '50'), at(1));
    h.exchange.drain();
    h.exchange.advance(at(390, -1));
    expect(h.order(body.id).status).toBe('new');
    h.exchange.advance(at(390));
    expect(told(h.updates())).toEqual(['expired']);
    expect(h.order(body.id)).toMatchObject({ status: 'expired', expired_at: '2019-02-11T21:00:00.000Z' });
    expect(h.account().buying_power).toBe('200000');
  });

  it('do not wait when they are IOC or FOK', () => {
    const h = day();
    const { body } = h.submit(limit('AAPL', 'buy', '10', '50', { timeInForce: 'ioc' }), at(1));
    expect(h.order(body.id).status).toBe('canceled');
    const filled = h.submit(limit('AAPL', 'buy', '10', '101', { timeInForce: 'fok' }));
    expect(h.order(filled.body.id).status).toBe('filled');
  });

  it('trade in extended hours only when they are marked for it', () => {
    const candles = [...flat(100, 390), ...flat(99, 30)];
    const h = harness([series('AAPL', candles)]);
    const plain = h.submit(limit('AAPL', 'buy', '1', '99.50', { timeInForce: 'gtc' }), at(389));
    const marked = h.submit(limit('AAPL', 'buy', '1', '99.50', { extendedHours: true }));
    h.exchange.advance(at(391));
    expect(h.order(plain.body.id).status).toBe('new');
    expect(h.order(marked.body.id).status).toBe('filled');
    const late = h.submit(limit('AAPL', 'buy', '1', '50', { extendedHours: true }));
    expect(late.body.expires_at).toBe('2019-02-12T01:00:00.000Z');
    h.exchange.advance(at(630));
    expect(h.order(late.body.id).status).toBe('expired');
  });
});

describe('stops', () => {
  it('fire when the price reaches them and then fill like a market order', () => {
    const h = day();
    h.submit(market('AAPL', 'buy', '10'), at(1));
    const { body } = h.submit(market('AAPL', 'sell', '10', { type: 'stop', stopPrice: '97' }));
    h.exchange.advance(at(5, 39_999));
    expect(h.order(body.id).status).toBe('new');
    h.exchange.advance(at(5, 40_000));
    expect(h.order(body.id)).toMatchObject({ status: 'filled', filled_avg_price: '94.99' });
  });

  it('with a limit wait at the limit once fired', () => {
    const h = day();
    const { body } = h.submit(market('AAPL', 'buy', '1', { type: 'stop_limit', stopPrice: '105', limitPrice: '106' }), at(1));
    h.exchange.advance(at(8));
    expect(h.order(body.id).status).toBe('new');
    h.exchange.advance(at(10));
    expect(h.order(body.id)).toMatchObject({ status: 'filled', filled_avg_price: '100.01' });
  });

  it('to buy are collared two and a half percent above their price', () => {
    const h = day();
    const { body } = h.submit(market('AAPL', 'buy', '1', { type: 'stop', stopPrice: '105' }), at(1));
    h.exchange.advance(at(9, -1));
    expect(h.order(body.id).status).toBe('new');
    h.exchange.advance(at(10));
    expect(h.order(body.id)).toMatchObject({ status: 'filled', filled_avg_price: '100.01' });
  });

  it('trail the best price', () => {
    const h = day();
    h.submit(market('AAPL', 'buy', '10'), at(1));
    h.exchange.advance(at(6));
    const { body } = h.submit(market('AAPL', 'sell', '10', { type: 'trailing_stop', trailPrice: '3', timeInForce: 'gtc' }));
    h.exchange.advance(at(8));
    expect(h.order(body.id)).toMatchObject({ status: 'new', hwm: '110', stop_price: '107' });
    h.exchange.advance(at(10));
    expect(h.order(body.id)).toMatchObject({ status: 'filled', filled_avg_price: '99.99' });
  });

  it('lag by the new trail at once when it is replaced, not only from the next best price on', () => {
    const h = day();
    h.submit(market('AAPL', 'buy', '10'), at(1));
    h.exchange.advance(at(6));
    const trailing = { type: 'trailing_stop', timeInForce: 'gtc' };
    const { body } = h.submit(market('AAPL', 'sell', '10', { ...trailing, trailPrice: '3' }));
    h.exchange.advance(at(8));
    const closer = h.ask({ kind: 'replaceOrder', id: body.id, change: { trail: '1' } }).body;
    expect(closer).toMatchObject({ trail_price: '1', hwm: '110', stop_price: '109' });
    // Only the time in force: what lags is as it was.
    expect(h.ask({ kind: 'replaceOrder', id: closer.id, change: { timeInForce: 'day' } }).body).toMatchObject({ stop_price: '109' });
  });
});

describe('crypto', () => {
  it('pays the fee in coins when it buys and in dollars when it sells', () => {
    const h = day();
    h.submit(market('BTC/USD', 'buy', '1'), at(1));
    expect(h.account().cash).toBe('94999.5');
    expect(h.position('BTC/USD')).toMatchObject({ symbol: 'BTCUSD', qty: '0.9975', avg_entry_price: '5000.5' });
    expect(h.submit(market('BTC/USD', 'sell', '1')).body).toMatchObject({
      code: 40310000,
      message: expect.stringContaining('insufficient balance for BTC'),
    });
    h.submit(market('BTCUSD', 'sell', '0.9975', { timeInForce: 'gtc' }));
    // 0.9975 × 4999.5 = 4987.00125, less 25 basis points of it.
    expect(h.account().cash).toBe('99974.033746875');
  });
});
