/** The account beyond its orders: margin, fees, dividends, splits, its worth over time, its lists. */
import { describe, expect, it } from 'vitest';
import { parseMoney } from '#server/domain/money.ts';
import { DAY_MS, instant, MINUTE_MS } from '#server/domain/time.ts';
import type { ActivityFilter, HistoryQuery } from '#server/exchange/requests.ts';
import type { ExchangeSettings } from '#server/exchange/settings.ts';
import { makeTape, type TapeOptions } from '#server/exchange/tape.ts';
import { at, barsOf, flat, type Harness, harness, limit, market, OPEN, series, type Wire } from './harness.ts';

const nextDay = (minutes: number, days = 1) => instant(OPEN + days * DAY_MS + minutes * MINUTE_MS);

/** Days of AAPL at given prices, beside a pair that always trades. */
function days(prices: readonly number[], settings: Partial<ExchangeSettings> = {}, more: Partial<TapeOptions> = {}): Harness {
  const bars = prices.flatMap((price, day) => barsOf('AAPL', flat(price, 390), OPEN + day * DAY_MS));
  const coins = barsOf('BTC/USD', flat(5_000, prices.length * 1_440), OPEN - 5 * MINUTE_MS);
  const all = [
    { ...series('AAPL', []), bars },
    { ...series('BTC/USD', []), bars: coins },
  ];
  return harness(makeTape({ series: all, ...more }), settings);
}

const activities = (h: Harness, filter: Partial<ActivityFilter> = {}): Wire[] =>
  h.ask({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 100, ...filter } }).body;

describe('the portfolio history', () => {
  const history = (h: Harness, query: Partial<HistoryQuery>): { status: number; body: Wire } =>
    h.ask({ kind: 'getPortfolioHistory', query: { reporting: 'market_hours', profitReset: 'per_day', ...query } });
  const stamps = (body: Wire): string[] => body.timestamp.map((second: number) => new Date(second * 1_000).toISOString().slice(5, 16));

  function grown(): Harness {
    const h = days([100, 110, 120]);
    h.submit(market('AAPL', 'buy', '100'), at(1));
    h.exchange.advance(nextDay(60, 2));
    return h;
  }

  it('has windows from bell to bell, measured from the close before', () => {
    const { body } = history(grown(), { period: '1D', timeframe: '15Min' });
    expect(stamps(body)).toEqual(['02-13T14:30', '02-13T14:45', '02-13T15:00', '02-13T15:15', '02-13T15:30']);
    expect(body).toMatchObject({ timeframe: '15Min', base_value: 100_999, base_value_asof: '2019-02-12', cashflow: {} });
    expect(body.equity).toEqual([101_999, 101_999, 101_999, 101_999, 101_999]);
    expect(body.profit_loss).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
    expect(body.profit_loss_pct[0]).toBeCloseTo(0.009901, 6);
  });

  it('begins with the hours of the day it is asked from, or with those of the next when they are over', () => {
    const h = grown();
    const from = (minutes: number, reporting: HistoryQuery['reporting'] = 'market_hours'): string | undefined =>
      stamps(history(h, { start: at(minutes), timeframe: '1H', reporting }).body)[0];
    expect([from(-600), from(1), from(390), from(391)]).toEqual(['02-11T14:30', '02-11T14:30', '02-11T14:30', '02-12T14:30']);
    expect([from(630, 'extended_hours'), from(631, 'extended_hours')]).toEqual(['02-11T09:00', '02-12T09:00']);
  });

  it('has days, labelled with their evening, measured from the first one', () => {
    const { body } = history(grown(), {});
    expect(stamps(body)).toEqual(['02-12T01:00', '02-13T01:00', '02-14T01:00']);
    expect(body).toMatchObject({ timeframe: '1D', equity: [99_999, 100_999, 101_999], profit_loss: [0, 1_000, 2_000], base_value: 99_999 });
    const h = days([100, 110], { dailyProfit: 'fromDayBefore' });
    h.submit(market('AAPL', 'buy', '100'), at(1));
    h.exchange.advance(nextDay(391));
    expect(history(h, { timeframe: '1D' }).body.profit_loss).toEqual([0, 1_000]);
  });

  it('reports extended hours and around the clock, and may keep its base over days', () => {
    const h = grown();
    expect(history(h, { period: '2D', timeframe: '1H', reporting: 'extended_hours' }).body.timestamp.length).toBe(17 + 7);
    expect(history(h, { start: nextDay(0), end: nextDay(59), timeframe: '1H', reporting: 'continuous' }).body.timestamp.length).toBe(2);
    const kept = history(h, { period: '2D', timeframe: '1H', profitReset: 'no_reset' }).body;
    expect(kept.profit_loss.at(-1)).toBe(2_000);
  });

  it('tells cash that came and went by kind', () => {
    const h = days([100, 100], { regulatoryFees: 'live' });
    h.submit(market('AAPL', 'buy', '100'), at(1));
    h.submit(market('AAPL', 'sell', '100'));
    h.exchange.advance(nextDay(391));
    expect(history(h, { timeframe: '1D', cashflowTypes: ['FEE'] }).body.cashflow).toEqual({ FEE: [0, -0.24] });
    expect(history(h, { timeframe: '1D', cashflowTypes: ['NONE'] }).body.cashflow).toEqual({});
  });

  it('refuses what can not be', () => {
    const h = grown();
    for (const query of [
      { period: '1D', start: at(0), end: at(1) },
      { period: '1X' },
      { timeframe: '7Min' },
      { period: '3M', timeframe: '1Min' },
      { start: at(10), end: at(1) },
    ]) {
      expect(history(h, query).status).toBe(422);
    }
  });
});

describe('activities', () => {
  it('of all kinds are one list, filtered by type, category, day and order', () => {
    const h = days([100, 100]);
    const { body } = h.submit(market('BTC/USD', 'buy', '1'), at(1));
    h.submit(market('AAPL', 'buy', '1'), nextDay(1));
    expect(activities(h).map((entry) => entry.activity_type)).toEqual(['FILL', 'CFEE', 'FILL']);
    expect(activities(h, { category: 'non_trade_activity' }).map((entry) => entry.activity_type)).toEqual(['CFEE']);
    expect(activities(h, { category: 'trade_activity' }).length).toBe(2);
    expect(activities(h, { orderId: body.id }).length).toBe(1);
    expect(activities(h, { day: Math.floor(OPEN / DAY_MS) }).map((entry) => entry.activity_type)).toEqual(['FILL']);
    expect(activities(h, { until: at(2), direction: 'desc' }).length).toBe(1);
    const both = h.ask({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 1, types: ['FILL'], category: 'trade_activity' } });
    expect(both.status).toBe(422);
    expect(h.ask({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 1, pageToken: 'x::y' } }).status).toBe(422);
  });
});

describe('watchlists', () => {
  it('are made, read, renamed, filled, emptied and removed, by id or by name', () => {
    const h = days([100]);
    const made = h.ask({ kind: 'createWatchlist', content: { name: 'one', symbols: ['AAPL', 'AAPL'] } }).body;
    expect(made).toMatchObject({ name: 'one', assets: [{ symbol: 'AAPL' }] });
    const key = { id: made.id };
    expect(
      h.ask({ kind: 'addToWatchlist', key: { name: 'one' }, symbol: 'BTCUSD' }).body.assets.map((asset: Wire) => asset.symbol),
    ).toEqual(['AAPL', 'BTC/USD']);
    expect(h.ask({ kind: 'addToWatchlist', key, symbol: 'AAPL' }).status).toBe(422);
    expect(h.ask({ kind: 'removeFromWatchlist', key, symbol: 'AAPL' }).body.assets.length).toBe(1);
    expect(h.ask({ kind: 'removeFromWatchlist', key, symbol: 'AAPL' }).status).toBe(404);
    expect(h.ask({ kind: 'updateWatchlist', key, content: { name: 'two' } }).body).toMatchObject({ name: 'two', assets: [{}] });
    expect(h.ask({ kind: 'createWatchlist', content: { name: 'two' } }).status).toBe(422);
    expect(h.ask({ kind: 'createWatchlist', content: { name: 'x', symbols: ['NONE'] } }).status).toBe(422);
    expect(h.ask({ kind: 'createWatchlist', content: { name: 'x'.repeat(65) } }).status).toBe(422);
    expect(h.ask({ kind: 'listWatchlists' }).body.map((list: Wire) => Object.keys(list))).toEqual([
      ['id', 'account_id', 'created_at', 'updated_at', 'name'],
    ]);
    expect(h.ask({ kind: 'deleteWatchlist', key }).status).toBe(204);
    expect(h.ask({ kind: 'getWatchlist', key }).status).toBe(404);
  });
});

describe('the memory of finished orders', () => {
  it('finds each by id and by client id, and lists them, until it is full', () => {
    const h = days([100], { keepFinishedOrders: 4_096, cash: parseMoney('100000000') });
    h.exchange.advance(at(1));
    const ids: string[] = [];
    for (let i = 0; i < 14_000; i++) {
      const order = i % 2 ? limit('AAPL', 'buy', '1', '50') : market('AAPL', 'buy', '1');
      const { body } = h.submit({ ...order, clientOrderId: `mine-${i}` });
      ids.push(body.id);
      if (i % 2) h.ask({ kind: 'cancelOrder', id: body.id });
    }
    const recent = 11_000;
    expect(h.order(ids[recent] ?? '')).toMatchObject({ client_order_id: `mine-${recent}`, status: 'filled', filled_avg_price: '100.01' });
    expect(h.ask({ kind: 'getOrderByClientId', clientOrderId: `mine-${recent + 1}` }).body).toMatchObject({
      status: 'canceled',
      limit_price: '50',
    });
    expect(h.ask({ kind: 'getOrder', id: ids[0] ?? '', nested: false }).status).toBe(404);
    expect(h.orders({ status: 'closed', direction: 'desc', limit: 3 }).map((order) => order.client_order_id)).toEqual([
      'mine-13999',
      'mine-13998',
      'mine-13997',
    ]);
    expect(h.submit({ ...limit('AAPL', 'buy', '1', '50'), clientOrderId: `mine-${recent}` }).status).toBe(422);
    const copy = days([100], { keepFinishedOrders: 4_096, cash: parseMoney('100000000') });
    copy.exchange.restore(h.exchange.snapshot());
    expect(copy.order(ids[recent] ?? '')).toEqual(h.order(ids[recent] ?? ''));
    expect(copy.submit({ ...limit('AAPL', 'buy', '1', '50'), clientOrderId: `mine-${recent}` }).status).toBe(422);
  });

  it('may let a client use an id again when its order is over', () => {
    const h = days([100], { clientOrderIds: 'uniqueAmongOpen' });
    const order = limit('AAPL', 'buy', '1', '50', { clientOrderId: 'again' });
    const first = h.submit(order, at(1)).body;
    expect(h.submit(order).status).toBe(422);
    h.ask({ kind: 'cancelOrder', id: first.id });
    const second = h.submit(order).body;
    expect(h.ask({ kind: 'getOrderByClientId', clientOrderId: 'again' }).body.id).toBe(second.id);
  });
});
