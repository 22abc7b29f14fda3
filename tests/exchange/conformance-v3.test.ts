/** The v3.1.3 SDK as a black-box client: every method and every stream it has, over plain HTTP and TLS. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '#server/exchange/wire/tls-certificate.ts';
import { flat, OPEN, series, type Wire } from './harness.ts';
import { type Driven, driveV3 } from './v3/driven.ts';
import { type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
let w: Wired;
let v3: Driven;

beforeAll(async () => {
  const certificate = makeCertificate(['127.0.0.1'], Date.now());
  const tape = [series('AAPL', flat(100, 390)), series('MSFT', flat(50, 390)), series('BTC/USD', flat(5_000, 395), OPEN - 5 * MINUTE)];
  w = await wired(tape, {}, { tls: { certificate } });
  w.advance(20 * MINUTE);
  v3 = await driveV3(w.server, certificate.cert);
});
afterAll(async () => {
  await v3.close();
  await w.server.close();
});

const order = (more: object = {}) =>
  v3.call('createOrder', { symbol: 'AAPL', qty: 2, side: 'buy', type: 'limit', limit_price: 90, time_in_force: 'day', ...more });
const WINDOW = { start: '2019-02-11T14:30:00Z', end: '2019-02-11T14:40:00Z', timeframe: '1Min', limit: 100 };

describe('trading', () => {
  it('account, configurations, activities and portfolio history', async () => {
    expect(await v3.call('getAccount')).toMatchObject({ status: 'ACTIVE', cash: '100000', multiplier: '2' });
    expect(await v3.call('updateAccountConfigurations', { no_shorting: true })).toMatchObject({ no_shorting: true });
    await v3.call('updateAccountConfigurations', { no_shorting: false });
    expect(await v3.call('getAccountConfigurations')).toMatchObject({ no_shorting: false });
    await order({ type: 'market', limit_price: undefined });
    const [fill] = await v3.call('getAccountActivities', { activityTypes: ['FILL'], pageSize: 1 });
    expect(fill).toMatchObject({ activity_type: 'FILL', symbol: 'AAPL', qty: '2' });
    const history = await v3.call('getPortfolioHistory', { period: '1D', timeframe: '15Min' });
    expect(history.timestamp.length).toBe(history.equity.length);
  });

  it('clock, calendar and assets', async () => {
    expect(await v3.call('getClock')).toMatchObject({ is_open: true });
    expect((await v3.call('getCalendar', { start: '2019-02-11', end: '2019-02-12' })).map((day: Wire) => day.date)).toEqual([
      '2019-02-11',
      '2019-02-12',
    ]);
    expect((await v3.call('getAssets', { status: 'active', asset_class: 'crypto' })).map((asset: Wire) => asset.symbol)).toEqual([
      'BTC/USD',
    ]);
    expect(await v3.call('getAsset', 'AAPL')).toMatchObject({ class: 'us_equity', tradable: true });
  });

  it('orders: all that can be done with them, and what is refused', async () => {
    const placed = await order({ client_order_id: 'v3' });
    expect(placed).toMatchObject({ status: 'pending_new', limit_price: '90', qty: '2' });
    expect(await v3.call('getOrder', placed.id)).toMatchObject({ id: placed.id });
    expect(await v3.call('getOrderByClientId', 'v3')).toMatchObject({ id: placed.id });
    const replaced = await v3.call('replaceOrder', placed.id, { qty: 3 });
    expect(replaced).toMatchObject({ replaces: placed.id, qty: '3' });
    expect((await v3.call('getOrders', { status: 'open', symbols: 'AAPL', nested: true })).map((one: Wire) => one.id)).toEqual([
      replaced.id,
    ]);
    await v3.call('cancelOrder', replaced.id);
    await order();
    expect((await v3.call('cancelAllOrders')).map((one: Wire) => one.status)).toEqual([200]);
    await expect(v3.call('cancelOrder', placed.id)).rejects.toMatchObject({ status: 422, body: { code: 42210000 } });
    await expect(order({ qty: 1_000_000 })).rejects.toMatchObject({ status: 403, body: { code: 40310000 } });
    await expect(v3.call('getOrder', 'none')).rejects.toMatchObject({ status: expect.any(Number) });
  });

  it('positions', async () => {
    await order({ symbol: 'MSFT', type: 'market', limit_price: undefined });
    expect(await v3.call('getPosition', 'MSFT')).toMatchObject({ qty: '2', side: 'long' });
    expect((await v3.call('getPositions')).map((position: Wire) => position.symbol)).toEqual(['AAPL', 'MSFT']);
    expect(await v3.call('closePosition', 'MSFT')).toMatchObject({ side: 'sell', symbol: 'MSFT' });
    expect((await v3.call('closeAllPositions')).map((one: Wire) => [one.symbol, one.status])).toEqual([['AAPL', 200]]);
    expect(await v3.call('getPositions')).toEqual([]);
  });

  it('watchlists', async () => {
    const list = await v3.call('addWatchlist', 'v3', ['AAPL']);
    expect((await v3.call('getWatchlists')).map((one: Wire) => one.name)).toEqual(['v3']);
    expect((await v3.call('addToWatchlist', list.id, 'MSFT')).assets.length).toBe(2);
    await v3.call('updateWatchlist', list.id, { name: 'other', symbols: ['MSFT', 'AAPL'] });
    await v3.call('deleteFromWatchlist', list.id, 'AAPL');
    expect((await v3.call('getWatchlist', list.id)).assets.map((asset: Wire) => asset.symbol)).toEqual(['MSFT']);
    await v3.call('deleteWatchlist', list.id);
    expect(await v3.call('getWatchlists')).toEqual([]);
  });
});

describe('market data', () => {
  it('of one stock: trades, quotes, bars, page by page', async () => {
    const bars = await v3.call('getBarsV2', 'AAPL', { ...WINDOW, pageLimit: 4 });
    expect(bars.map((bar: Wire) => [bar.Timestamp.slice(14, 16), bar.ClosePrice])).toHaveLength(11);
    expect((await v3.call('getTradesV2', 'AAPL', WINDOW)).length).toBeGreaterThan(10);
    expect((await v3.call('getQuotesV2', 'AAPL', WINDOW)).length).toBeGreaterThan(10);
  });

  it('of many stocks, as maps and one by one', async () => {
    for (const [what, key] of [
      ['Bars', 'ClosePrice'],
      ['Trades', 'Price'],
      ['Quotes', 'AskPrice'],
    ] as const) {
      const map: Map<string, Wire[]> = await v3.call(`getMulti${what}V2`, ['AAPL', 'MSFT'], WINDOW);
      expect([...map.keys()]).toEqual(['AAPL', 'MSFT']);
      expect(map.get('MSFT')?.[0][key]).toBeGreaterThan(40);
      const single = await v3.call(`getMulti${what}AsyncV2`, ['AAPL', 'MSFT'], WINDOW);
      expect(new Set(single.map((one: Wire) => one.Symbol))).toEqual(new Set(['AAPL', 'MSFT']));
    }
  });

  it('the latest of stocks, and snapshots', async () => {
    expect(await v3.call('getLatestTrade', 'AAPL')).toMatchObject({ Price: 100 });
    expect(await v3.call('getLatestQuote', 'AAPL')).toMatchObject({ AskPrice: 100.01, BidPrice: 99.99 });
    expect(await v3.call('getLatestBar', 'AAPL')).toMatchObject({ ClosePrice: 100 });
    for (const what of ['Trades', 'Quotes', 'Bars']) {
      const map: Map<string, Wire> = await v3.call(`getLatest${what}`, ['AAPL', 'MSFT']);
      expect([...map.keys()].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['AAPL', 'MSFT']);
    }
    expect(await v3.call('getSnapshot', 'AAPL')).toMatchObject({ LatestTrade: { Price: 100 }, DailyBar: { OpenPrice: 100 } });
    expect((await v3.call('getSnapshots', ['AAPL', 'MSFT'])).map((one: Wire) => one.symbol)).toEqual(['AAPL', 'MSFT']);
  });

  it('of crypto', async () => {
    for (const what of ['Trades', 'Quotes', 'Bars']) {
      expect([...(await v3.call(`getCrypto${what}`, ['BTC/USD'], WINDOW)).keys()]).toEqual(['BTC/USD']);
      expect([...(await v3.call(`getLatestCrypto${what}`, ['BTC/USD'])).keys()]).toEqual(['BTC/USD']);
    }
    expect((await v3.call('getCryptoSnapshots', ['BTC/USD'])).get('BTC/USD')).toMatchObject({ LatestTrade: { Price: 5_000 } });
    expect((await v3.call('getCryptoOrderbooks', ['BTC/USD'])).get('BTC/USD').Asks.length).toBeGreaterThan(0);
  });

  it('news and corporate actions', async () => {
    expect(Array.isArray(await v3.call('getNews', { symbols: ['AAPL'], totalLimit: 5 }))).toBe(true);
    expect(await v3.call('getCorporateActions', ['AAPL'], {})).toBeTypeOf('object');
  });

  it('options are a JSON 404', async () => {
    await expect(v3.call('getOptionLatestTrades', ['AAPL190215C00100000'])).rejects.toMatchObject({
      message: expect.stringContaining('404'),
    });
  });
});

describe('streams', () => {
  const connected = async (stream: string): Promise<void> => {
    await v3.listen(stream, 'onConnect');
    await v3.listen(stream, 'onStateChange');
    await v3.listen(stream, 'onError');
    await v3.on(stream, 'connect');
    await v3.heard(stream, 'onConnect');
  };

  it('trade updates over plain ws', async () => {
    await connected('trade_ws');
    await v3.listen('trade_ws', 'onOrderUpdate');
    await v3.on('trade_ws', 'subscribe', ['trade_updates']);
    const placed = await order({ type: 'market', limit_price: undefined });
    const fill = await v3.heard('trade_ws', 'onOrderUpdate', ({ event }) => event === 'fill');
    expect(fill).toMatchObject({ order: { id: placed.id, status: 'filled' }, qty: '2', position_qty: expect.any(String) });
    await v3.on('trade_ws', 'disconnect');
  });

  it('stock trades, quotes, bars and halts over wss, in msgpack', async () => {
    const stream = 'data_stream_v2';
    await connected(stream);
    for (const [listener, subscribe] of [
      ['onStockTrade', 'subscribeForTrades'],
      ['onStockQuote', 'subscribeForQuotes'],
      ['onStockBar', 'subscribeForBars'],
      ['onStatuses', 'subscribeForStatuses'],
    ] as const) {
      await v3.listen(stream, listener);
      await v3.on(stream, subscribe, ['AAPL']);
    }
    // The acknowledgements went out before this answer.
    await v3.call('getClock');
    w.advance(2 * MINUTE);
    expect(await v3.heard(stream, 'onStockTrade')).toMatchObject({ Symbol: 'AAPL', Price: 100 });
    expect(await v3.heard(stream, 'onStockQuote')).toMatchObject({ Symbol: 'AAPL', AskPrice: 100.01 });
    expect(await v3.heard(stream, 'onStockBar')).toMatchObject({ Symbol: 'AAPL', ClosePrice: 100 });
    w.server.driver.ask({ kind: 'setHalt', symbol: 'AAPL', halted: true }, () => undefined);
    expect(await v3.heard(stream, 'onStatuses')).toMatchObject({ Symbol: 'AAPL' });
    w.server.driver.ask({ kind: 'setHalt', symbol: 'AAPL', halted: false }, () => undefined);
    await v3.on(stream, 'unsubscribeFromBars', ['AAPL']);
    await v3.on(stream, 'disconnect');
  });

  it('crypto over wss, with order books', async () => {
    const stream = 'crypto_stream_v1beta3';
    await connected(stream);
    for (const [listener, subscribe] of [
      ['onCryptoTrade', 'subscribeForTrades'],
      ['onCryptoQuote', 'subscribeForQuotes'],
      ['onCryptoBar', 'subscribeForBars'],
      ['onCryptoOrderbook', 'subscribeForOrderbooks'],
    ] as const) {
      await v3.listen(stream, listener);
      await v3.on(stream, subscribe, ['BTC/USD']);
    }
    await v3.call('getClock');
    w.advance(2 * MINUTE);
    expect(await v3.heard(stream, 'onCryptoTrade')).toMatchObject({ Symbol: 'BTC/USD', Price: 5_000 });
    expect(await v3.heard(stream, 'onCryptoQuote')).toMatchObject({ S: 'BTC/USD', AskPrice: 5_000.5 });
    expect(await v3.heard(stream, 'onCryptoBar')).toMatchObject({ S: 'BTC/USD', Close: 5_000 });
    expect(await v3.heard(stream, 'onCryptoOrderbook')).toMatchObject({ S: 'BTC/USD' });
    await v3.on(stream, 'disconnect');
  });

  it('news over wss: it connects and subscribes', async () => {
    await connected('news_stream');
    await v3.listen('news_stream', 'onNews');
    await v3.on('news_stream', 'subscribeForNews', ['*']);
    await v3.on('news_stream', 'disconnect');
  });
});
