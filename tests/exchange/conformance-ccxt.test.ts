/** ccxt's `alpaca`, unchanged but for its addresses: all that it can do with crypto, over REST and both of its streams. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flat, OPEN, series, type Wire } from './harness.ts';
import { KEYS, type Wired, wired } from './wire-harness.ts';

type Ccxt = Readonly<Record<string, (...args: unknown[]) => Promise<Wire>>>;

/** Its types are megabytes about a hundred exchanges; required, they are not read. */
const require = createRequire(import.meta.url);
const { pro } = require('ccxt') as { pro: { alpaca: new (options: object) => Ccxt } };

const MINUTE = 60_000;
const MIDNIGHT = Date.parse('2019-02-11T00:00:00Z');
const PAIR = 'BTC/USD';
let w: Wired;
let client: Ccxt;

const call = (name: string, ...args: unknown[]): Promise<Wire> => {
  const method = client[name];
  if (!method) throw new Error(`ccxt has no ${name}`);
  return method.apply(client, args);
};
const order = (type: string, amount: number, price?: number, params: object = {}): Promise<Wire> =>
  call('createOrder', PAIR, type, 'buy', amount, price, params);

beforeAll(async () => {
  w = await wired([series(PAIR, flat(5_000, 395), OPEN - 5 * MINUTE)]);
  w.advance(20 * MINUTE);
  const { url, wsUrl } = w.server;
  const ws = { crypto: `${wsUrl}/v1beta2/crypto`, trading: `${wsUrl}/stream` };
  const urls = { api: { broker: url, trader: url, market: url, ws } };
  client = new pro.alpaca({ apiKey: KEYS.keyId, secret: KEYS.secretKey, enableRateLimit: false, urls });
  await call('loadHttpProxyAgent');
  await call('loadMarkets');
});
afterAll(async () => {
  await call('close');
  await w.server.close();
});

describe('market data', () => {
  it('time, markets and tickers', async () => {
    expect(await call('fetchTime')).toBe(w.clock.now());
    expect((await call('fetchMarkets'))[0]).toMatchObject({ symbol: PAIR, active: true, spot: true, precision: { price: 1e-9 } });
    const ticker = await call('fetchTicker', PAIR);
    expect(ticker).toMatchObject({ symbol: PAIR, last: 5_000 });
    expect(ticker.ask).toBeGreaterThan(ticker.bid);
    expect(Object.keys(await call('fetchTickers', [PAIR]))).toEqual([PAIR]);
  });

  it('the book, trades and candles of minutes, hours and days', async () => {
    const book = await call('fetchOrderBook', PAIR);
    expect([book.bids.length > 1, book.asks.length > 1]).toEqual([true, true]);
    const trades = await call('fetchTrades', PAIR, OPEN, 5);
    expect([trades.length, trades[0].side, trades[0].price]).toEqual([5, 'buy', 5_000]);
    for (const timeframe of ['1m', '5m', '1h', '1d']) {
      const [candle] = await call('fetchOHLCV', PAIR, timeframe, MIDNIGHT, 5);
      expect(candle?.slice(1, 5), timeframe).toEqual([5_000, 5_000, 5_000, 5_000]);
    }
  });
});

describe('trading', () => {
  it('market orders by amount and by cost, the balance and the trades that they leave', async () => {
    const placed = await order('market', 0.5);
    w.advance(MINUTE);
    expect(await call('fetchOrder', placed.id)).toMatchObject({ status: 'closed', filled: 0.5, symbol: PAIR, side: 'buy' });
    await call('createMarketBuyOrderWithCost', PAIR, 50);
    w.advance(MINUTE);
    expect((await call('fetchBalance')).USD).toMatchObject({ total: expect.closeTo(97_450, -1) });
    const mine = await call('fetchMyTrades', PAIR);
    expect(mine).toHaveLength(2);
    expect(mine.find((trade: Wire) => trade.order === placed.id)).toMatchObject({ amount: 0.5, symbol: PAIR, side: 'buy' });
    expect(await call('fetchMyTrades', undefined, undefined, 1)).toHaveLength(1);
    expect((await call('fetchClosedOrders', PAIR)).map((one: Wire) => one.status)).toEqual(['closed', 'closed']);
    expect(await call('fetchOrders', PAIR, OPEN, 10)).toHaveLength(2);
  });

  it('limit and stop-limit orders: opened, edited, canceled', async () => {
    const low = await order('limit', 0.5, 2_500);
    await order('limit', 0.5, 8_000, { triggerPrice: 7_500 });
    expect((await call('fetchOpenOrders', PAIR)).map((one: Wire) => one.triggerPrice).toSorted()).toEqual([7_500, undefined]);
    const edited = await call('editOrder', low.id, PAIR, 'limit', 'buy', 0.6, 2_400);
    expect(edited.id).not.toBe(low.id);
    expect(await call('fetchOrder', edited.id)).toMatchObject({ status: 'open', amount: 0.6, price: 2_400 });
    await call('cancelOrder', edited.id);
    expect(await call('fetchOrder', edited.id)).toMatchObject({ status: 'canceled' });
    expect(await call('cancelAllOrders')).toHaveLength(1);
    expect(await call('fetchOpenOrders', PAIR)).toEqual([]);
  });

  it('what is refused has the class that ccxt gives to it', async () => {
    await expect(order('limit', 30, 5_000)).rejects.toMatchObject({ name: 'InsufficientFunds' });
    await expect(call('fetchOrder', '00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ name: 'InvalidOrder' });
    await expect(order('limit', 0.5, -1)).rejects.toMatchObject({ name: expect.stringMatching(/Invalid|BadRequest|ExchangeError/) });
  });
});

/** Market time goes on, between requests, until a stream has brought something. */
async function played<T>(watched: Promise<T>): Promise<T> {
  let isHeard = false;
  const done = watched.finally(() => {
    isHeard = true;
  });
  while (!isHeard) {
    w.advance(MINUTE / 4);
    await call('fetchTime');
  }
  return done;
}

describe('streams', () => {
  it('ticker, candles, book and trades of a pair', async () => {
    const watched = Promise.all(['watchTicker', 'watchOHLCV', 'watchOrderBook', 'watchTrades'].map((name) => call(name, PAIR)));
    const [ticker, candles, book, trades] = await played(watched);
    expect(ticker).toMatchObject({ symbol: PAIR });
    expect(candles[0].slice(1, 5)).toEqual([5_000, 5_000, 5_000, 5_000]);
    expect([book.bids.length > 0, trades[0].price]).toEqual([true, 5_000]);
  });

  it('orders and the trades that filled them', async () => {
    const orders = call('watchOrders');
    const trades = call('watchMyTrades');
    let placed: Wire;
    do {
      placed = await order('market', 0.1);
      w.advance(MINUTE);
    } while (!Array.isArray(await Promise.race([trades, call('fetchTime')])));
    expect((await orders)[0]).toMatchObject({ symbol: PAIR });
    expect((await trades).at(-1)).toMatchObject({ order: placed.id, symbol: PAIR });
  });
});
