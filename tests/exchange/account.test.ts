/** The account beyond its orders: margin, fees, dividends, splits, its worth over time, its lists. */
import { describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney } from '#server/domain/money.ts';
import { DAY_MS, instant, MINUTE_MS } from '#server/domain/time.ts';
import type { ActivityFilter } from '#server/exchange/requests.ts';
import type { ExchangeSettings } from '#server/exchange/settings.ts';
import { makeTape, type TapeOptions } from '#server/exchange/tape.ts';
import { at, barsOf, flat, type Harness, harness, limit, market, OPEN, series, type Wire } from './harness.ts';

const nextDay = (minutes: number, days = 1) => instant(OPEN + days * DAY_MS + minutes * MINUTE_MS);
const AAPL = 'AAPL' as AssetSymbol;

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

describe('margin', () => {
  it('of four starts from the last close and is used up by what is opened since', () => {
    const h = days([100, 100], { multiplier: 4 });
    expect(h.ask({ kind: 'getAccount' }, at(1)).body).toMatchObject({
      multiplier: '4',
      buying_power: '400000',
      regt_buying_power: '200000',
    });
    h.submit(market('AAPL', 'buy', '1000'));
    expect(h.account()).toMatchObject({
      buying_power: '299990',
      regt_buying_power: '99980',
      initial_margin: '50000',
      maintenance_margin: '30000',
    });
    h.exchange.advance(nextDay(1));
    expect(h.account()).toMatchObject({
      last_equity: '99990',
      last_maintenance_margin: '30000',
      buying_power: '279960',
      balance_asof: '2019-02-11',
    });
  });

  it('is what its owner allows, and nothing below two thousand dollars', () => {
    const h = days([100], { multiplier: 4 });
    h.exchange.advance(at(1));
    for (const [allowed, power] of [
      ['2', '200000'],
      ['1', '100000'],
    ]) {
      h.ask({ kind: 'patchConfigurations', patch: { max_margin_multiplier: allowed } });
      expect(h.account()).toMatchObject({ multiplier: allowed, buying_power: power });
    }
    const poor = days([100], { multiplier: 4, cash: parseMoney('1999') });
    expect(poor.ask({ kind: 'getAccount' }, at(1)).body).toMatchObject({ multiplier: '1', buying_power: '1999', shorting_enabled: false });
  });

  it.each([
    [2, 'buy', '200'],
    [4, 'buy', '200'],
    [100, 'buy', '3000'],
    [4, 'sell', '400'],
    [2, 'sell', '250'],
    [10, 'sell', '500'],
    [100, 'sell', '3000'],
  ] as const)('keeps for a hundred shares at $%d (%s) $%s', (price, side, maintenance) => {
    const h = days([price]);
    h.submit(market('AAPL', side, '100'), at(1));
    expect(h.account().maintenance_margin).toBe(maintenance);
  });

  it('keeps more of what moves by multiples of its index, and half of what nearly all of a large debt lies in', () => {
    const doubled = { ...series('AAPL', flat(100, 60)), maintenancePercent: 75 };
    const h = harness([doubled]);
    h.submit(market('AAPL', 'buy', '100'), at(1));
    expect(h.account().maintenance_margin).toBe('7500');
    expect(h.ask({ kind: 'getAsset', symbol: 'AAPL' }).body).toMatchObject({
      maintenance_margin_requirement: 75,
      margin_requirement_long: '75',
    });
    for (const [shares, maintenance] of [
      ['2900', '87000'],
      ['3000', '150000'],
    ]) {
      const indebted = days([100], { cash: parseMoney('200000') });
      indebted.submit(market('AAPL', 'buy', shares ?? ''), at(1));
      expect(indebted.account().maintenance_margin).toBe(maintenance);
    }
  });

  it('is reserved at the price an order is judged by', () => {
    for (const [order, reserved] of [
      [limit('AAPL', 'buy', '10', '90'), 900],
      [market('AAPL', 'buy', '10', { type: 'stop', stopPrice: '110' }), 1_127.5],
      [limit('AAPL', 'sell', '10', '101'), 1_030.103],
      [limit('AAPL', 'sell', '10', '120'), 1_200],
    ] as const) {
      const h = days([100]);
      h.submit(order, at(1));
      expect(200_000 - Number(h.account().buying_power)).toBeCloseTo(reserved, 6);
    }
  });
});

describe('fees', () => {
  it('of regulators are summed over the day, rounded up, and taken the next day', () => {
    const h = days([100, 100], { regulatoryFees: 'live' });
    h.submit(market('AAPL', 'buy', '1000'), at(1));
    h.submit(market('AAPL', 'sell', '600'));
    h.submit(market('AAPL', 'sell', '400'));
    const before = h.account();
    // 99,990 dollars sold at 20.60 a million; 1,000 shares sold; 2,000 traded.
    expect(before).toMatchObject({ accrued_fees: '2.27', pending_reg_taf_fees: '2.26' });
    h.exchange.advance(nextDay(1));
    const posted = activities(h, { types: ['FEE'] });
    expect(posted.map((fee) => [fee.activity_sub_type, fee.net_amount, fee.date])).toEqual([
      ['REG', '-2.06', '2019-02-12'],
      ['TAF', '-0.2', '2019-02-12'],
      ['CAT', '-0.01', '2019-02-12'],
    ]);
    expect(Number(h.account().cash)).toBeCloseTo(Number(before.cash) - 2.27, 9);
    expect(h.account().accrued_fees).toBe('0');
  });

  it('of crypto are told at the end of the day, coins and dollars apart', () => {
    const h = days([100, 100]);
    h.submit(market('BTC/USD', 'buy', '2'), at(1));
    h.submit(market('BTC/USD', 'sell', '1'));
    h.exchange.advance(nextDay(1));
    expect(activities(h, { types: ['CFEE'] })).toMatchObject([
      { symbol: 'BTCUSD', qty: '-0.005', net_amount: '0', status: 'executed', date: '2019-02-11' },
      { symbol: 'BTCUSD', net_amount: '-12.49875', date: '2019-02-11' },
    ]);
  });
});

describe('corporate actions', () => {
  const split = (newRate: number, oldRate: number) => ({
    corporateActions: [{ kind: 'split' as const, symbol: AAPL, exDate: '2019-02-12', newRate, oldRate }],
  });

  it('split holdings and orders forward, and cancel orders in a reverse split', () => {
    const h = days([100, 50], {}, split(2, 1));
    h.submit(market('AAPL', 'buy', '10'), at(1));
    const resting = h.submit(limit('AAPL', 'sell', '4', '120', { timeInForce: 'gtc' })).body;
    const worth = h.account().equity;
    h.exchange.advance(nextDay(0, 1));
    expect(h.position('AAPL')).toMatchObject({ qty: '20', avg_entry_price: '50.005', qty_available: '12', lastday_price: '50' });
    expect(h.order(resting.id)).toMatchObject({ qty: '8', limit_price: '60', status: 'new' });
    expect(h.account().equity).toBe(worth);
    expect(activities(h, { types: ['SPLIT'] })).toMatchObject([{ symbol: 'AAPL', qty: '10', net_amount: '0', date: '2019-02-12' }]);

    const reverse = days([100, 500], {}, split(1, 5));
    reverse.submit(market('AAPL', 'buy', '10'), at(1));
    const gone = reverse.submit(limit('AAPL', 'sell', '5', '120', { timeInForce: 'gtc' })).body;
    reverse.exchange.advance(nextDay(0));
    expect(reverse.position('AAPL')).toMatchObject({ qty: '2', avg_entry_price: '500.05' });
    expect(reverse.order(gone.id).status).toBe('canceled');
  });

  it('pay what was held before the ex-date, and lower the orders that a dividend would have moved', () => {
    const dividend = { kind: 'cashDividend' as const, symbol: AAPL, exDate: '2019-02-12', payableAfterDays: 1, rate: parseMoney('0.51') };
    const h = days([100, 100, 100], {}, { corporateActions: [dividend] });
    h.submit(market('AAPL', 'buy', '100'), at(1));
    const gtc = { timeInForce: 'gtc' };
    const buy = h.submit(limit('AAPL', 'buy', '1', '90', gtc)).body;
    const sale = h.submit(limit('AAPL', 'sell', '1', '120', gtc)).body;
    const cash = Number(h.account().cash);
    h.exchange.advance(nextDay(1));
    h.submit(limit('AAPL', 'sell', '50', '99'));
    h.exchange.advance(nextDay(1, 2));
    expect(activities(h, { types: ['DIV'] })).toMatchObject([
      { symbol: 'AAPL', qty: '100', per_share_amount: '0.51', net_amount: '51', date: '2019-02-13' },
    ]);
    expect(Number(h.account().cash)).toBeCloseTo(cash + 50 * 99.99 + 51, 9);
    expect(h.order(buy.id).limit_price).toBe('89.49');
    expect(h.order(sale.id).limit_price).toBe('120');
  });
});
