/** The real SDK as a black-box client: what it can ask, it gets, in the types it expects. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flat, OPEN, series, type Wire } from './harness.ts';
import { inbox, type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
let w: Wired;

beforeEach(async () => {
  w = await wired([series('AAPL', flat(100, 390)), series('MSFT', flat(50, 390)), series('BTC/USD', flat(5_000, 395), OPEN - 5 * MINUTE)]);
  w.advance(6 * MINUTE);
});
afterEach(() => w.server.close());

describe('the SDK over REST', () => {
  it('reads account, configurations, clock, calendar and assets', async () => {
    const { account, clock, calendar, assets, accountConfigurations: configurations } = trading();
    expect(await account.getAccount()).toMatchObject({ status: 'ACTIVE', cash: '100000', multiplier: '2', shortingEnabled: true });
    expect(await configurations.getAccountConfig()).toMatchObject({ suspendTrade: false });
    expect(await configurations.patchAccountConfig({ accountConfigurations: { suspendTrade: true } })).toMatchObject({
      suspendTrade: true,
    });
    await configurations.patchAccountConfig({ accountConfigurations: { suspendTrade: false } });
    expect(await clock.legacyClock()).toMatchObject({ isOpen: true, nextClose: new Date('2019-02-11T21:00:00Z') });
    const days = await calendar.legacyCalendar({ start: new Date('2019-02-11'), end: new Date('2019-02-12') });
    expect(days.map((day: Wire) => [day.open, day.close])).toEqual([
      ['09:30', '16:00'],
      ['09:30', '16:00'],
    ]);
    expect((await assets.getV2Assets({})).map((asset: Wire) => asset.symbol)).toEqual(['AAPL', 'MSFT']);
    expect((await assets.getV2Assets({ assetClass: 'crypto' })).map((asset: Wire) => asset.symbol)).toEqual(['BTC/USD']);
    expect(await assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: 'BTC/USD' })).toMatchObject({ _class: 'crypto' });
  });

  it('places every type of order, lists, replaces and cancels them', async () => {
    const { orders } = trading();
    const post = (order: object) => orders.postOrder({ postOrderRequest: order });
    const base = { symbol: 'AAPL', qty: '1', side: 'buy', timeInForce: 'day' };
    const filled = await post({ ...base, qty: '100', type: 'market' });
    const placed = await Promise.all([
      post({ ...base, side: 'sell', type: 'limit', limitPrice: '120' }),
      post({ ...base, side: 'sell', type: 'stop', stopPrice: '80' }),
      post({ ...base, side: 'sell', type: 'stop_limit', stopPrice: '80', limitPrice: '79' }),
      post({ ...base, side: 'sell', type: 'trailing_stop', trailPercent: '5' }),
    ]);
    expect(placed.map((order: Wire) => order.type)).toEqual(['limit', 'stop', 'stop_limit', 'trailing_stop']);
    expect(await orders.getOrderByOrderID({ orderId: filled.id })).toMatchObject({
      status: 'filled',
      filledAvgPrice: '100.01',
      filledQty: '100',
    });
    expect(await orders.getOrderByClientOrderId({ clientOrderId: filled.clientOrderId })).toMatchObject({ id: filled.id });
    const replaced = await orders.patchOrderByOrderId({ orderId: placed[0].id, patchOrderRequest: { limitPrice: '121' } });
    expect(replaced).toMatchObject({ replaces: placed[0].id, limitPrice: '121' });
    expect((await orders.getAllOrders({ status: 'open' })).length).toBe(4);
    await orders.deleteOrderByOrderID({ orderId: replaced.id });
    expect((await orders.deleteAllOrders()).map((item: Wire) => item.status)).toEqual([200, 200, 200]);
    await expect(orders.deleteOrderByOrderID({ orderId: filled.id })).rejects.toMatchObject({ status: 422, code: 42210000 });
    await expect(post({ ...base, type: 'market', qty: '100000' })).rejects.toMatchObject({ status: 403, code: 40310000 });
  });

  it('nests the legs of a bracket', async () => {
    const { orders } = trading();
    const order = { symbol: 'MSFT', qty: '3', side: 'buy', type: 'market', timeInForce: 'gtc', orderClass: 'bracket' };
    const placed = await orders.postOrder({
      postOrderRequest: { ...order, takeProfit: { limitPrice: '60' }, stopLoss: { stopPrice: '40' } },
    });
    expect(placed.legs.map((leg: Wire) => leg.status)).toEqual(['held', 'held']);
    const [nested] = await orders.getAllOrders({ status: 'open', nested: true });
    expect(nested).toMatchObject({ id: placed.id, status: 'filled', legs: [{ status: 'new' }, { status: 'held' }] });
  });

  it('sees positions and closes them, with the pair in the path encoded', async () => {
    const { orders, positions } = trading();
    await orders.postOrder({ postOrderRequest: { symbol: 'BTC/USD', notional: '1000', side: 'buy', type: 'market', timeInForce: 'gtc' } });
    expect(await positions.getOpenPosition({ symbolOrAssetId: 'BTC/USD' })).toMatchObject({
      symbol: 'BTCUSD',
      side: 'long',
      assetClass: 'crypto',
    });
    expect(await positions.deleteOpenPosition({ symbolOrAssetId: 'BTC/USD', percentage: 50 })).toMatchObject({ side: 'sell' });
    const closed = await positions.deleteAllOpenPositions({ cancelOrders: true });
    expect(closed.map((item: Wire) => [item.symbol, item.status])).toEqual([['BTCUSD', 200]]);
    expect(await positions.getAllOpenPositions()).toEqual([]);
    await expect(positions.getOpenPosition({ symbolOrAssetId: 'AAPL' })).rejects.toMatchObject({ status: 404, code: 40410000 });
  });

  it('reads activities, and bars page by page over symbols', async () => {
    const { orders, accountActivities } = trading();
    await orders.postOrder({ postOrderRequest: { symbol: 'AAPL', qty: '2', side: 'buy', type: 'market', timeInForce: 'day' } });
    // The SDK reads every activity as a non-trade one and drops price, side and order; the raw reply has them.
    const reply = await accountActivities.getAccountActivitiesByActivityTypeRaw({ activityType: 'FILL' });
    const [fill] = await reply.raw.json();
    expect(fill).toMatchObject({ symbol: 'AAPL', qty: '2', price: '100.01' });
    w.advance(9 * MINUTE);
    const { stocks } = data();
    const starts: string[] = [];
    let pageToken: string | undefined;
    for (let pages = 0; pages === 0 || (pageToken && pages < 10); pages++) {
      const page: Wire = await stocks.stockBars({ symbols: 'AAPL,MSFT', timeframe: '1Min', limit: 7, ...(pageToken ? { pageToken } : {}) });
      for (const [symbol, bars] of Object.entries<Wire[]>(page.bars)) for (const bar of bars) starts.push(`${symbol} ${bar.t}`);
      pageToken = page.nextPageToken ?? undefined;
    }
    expect(starts.length).toBe(20);
    expect([...new Set(starts)].sort()).toEqual(starts);
    const single: Wire = await stocks.stockBarSingle({ symbol: 'AAPL', timeframe: '5Min' });
    expect(single.bars.length).toBe(2);
  });
});

describe('the SDK over its streams', () => {
  it('receives stock and crypto bars, in msgpack, right when the minute ends', async () => {
    const bars = inbox<Wire>();
    const stock = w.alpaca.marketData.stockStream({ url: `${w.server.wsUrl}/v2/iex` });
    const crypto = w.alpaca.marketData.cryptoStream({ url: `${w.server.wsUrl}/v1beta3/crypto/us` });
    for (const [stream, symbol] of [
      [stock, 'AAPL'],
      [crypto, 'BTC/USD'],
    ] as const) {
      const ready = inbox<unknown>();
      stream.onBar((bar: Wire) => bars.put(bar));
      stream.on('subscription', (subscriptions: unknown) => ready.put(subscriptions));
      stream.subscribeForBars([symbol]);
      stream.connect();
      await stream.whenAuthenticated();
      await ready.next();
    }
    w.advance(MINUTE);
    const first = await bars.next();
    const second = await bars.next();
    expect(new Set([first, second].map((bar) => bar.symbol))).toEqual(new Set(['AAPL', 'BTC/USD']));
    expect(first.timestampRaw ?? first.timestamp).toBeTruthy();
    stock.disconnect();
    crypto.disconnect();
  });

  it('receives trade updates of an order from new to its end', async () => {
    const updates = inbox<Wire>();
    const ready = inbox<unknown>();
    const stream = w.alpaca.trading.stream({ url: `${w.server.wsUrl}/stream` });
    stream.onTradeUpdate((update: Wire) => updates.put(update));
    stream.on('subscription', (streams: unknown) => ready.put(streams));
    stream.subscribeTradeUpdates();
    stream.connect();
    expect((await stream.whenAuthenticated()).status).toBe('authenticated');
    await ready.next();
    const { orders } = trading();
    const order = (more: object) =>
      orders.postOrder({ postOrderRequest: { symbol: 'AAPL', qty: '10', side: 'buy', timeInForce: 'day', ...more } });
    const seen = async (event: string, id: string) => updates.next((update) => update.event === event && update.order.id === id);
    const filled = await order({ type: 'market' });
    expect(await seen('fill', filled.id)).toMatchObject({ price: '100.01', qty: '10', positionQty: '10' });
    const resting = await order({ type: 'limit', limitPrice: '90' });
    await seen('new', resting.id);
    const replaced = await orders.patchOrderByOrderId({ orderId: resting.id, patchOrderRequest: { limitPrice: '91' } });
    await seen('replaced', resting.id);
    await seen('new', replaced.id);
    await orders.deleteOrderByOrderID({ orderId: replaced.id });
    await seen('canceled', replaced.id);
    stream.disconnect();
  });

  it('sees partial fills', async () => {
    await w.server.close();
    w = await wired([series('AAPL', flat(100, 390))], { partialFillChance: 0.9 });
    w.advance(6 * MINUTE);
    const updates = inbox<Wire>();
    const ready = inbox<unknown>();
    const stream = w.alpaca.trading.stream({ url: `${w.server.wsUrl}/stream` });
    stream.onTradeUpdate((update: Wire) => updates.put(update));
    stream.on('subscription', (streams: unknown) => ready.put(streams));
    stream.subscribeTradeUpdates();
    stream.connect();
    await stream.whenAuthenticated();
    await ready.next();
    await trading().orders.postOrder({ postOrderRequest: { symbol: 'AAPL', qty: '500', side: 'buy', type: 'market', timeInForce: 'day' } });
    const part = await updates.next((update) => update.event === 'partial_fill');
    expect(part.order.status).toBe('partially_filled');
    w.advance(60 * MINUTE);
    const last = await updates.next((update) => update.event === 'fill');
    expect(last.order).toMatchObject({ filledQty: '500' });
    expect(updates.all.filter((update) => update.qty).reduce((sum, update) => sum + Number(update.qty), 0)).toBe(500);
    stream.disconnect();
  });
});

/** The SDK's generated names, loosely typed: the test is about what comes over the wire. */
const trading = (): Wire => w.alpaca.trading;
const data = (): Wire => w.alpaca.marketData;
