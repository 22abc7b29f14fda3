/** Splits, dividends, spin-offs and changes of names: what they do, under which name data is found, and that laps do not repeat them. */
import { describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney, parsePrice } from '#server/domain/money.ts';
import { DAY_MS, instant, MINUTE_MS } from '#server/domain/time.ts';
import type { CorporateAction } from '#server/exchange/corporate-action.ts';
import type { BarsQuery } from '#server/exchange/market/requests.ts';
import { makeTape, type TapeOptions } from '#server/exchange/tape.ts';
import { at, barsOf, flat, type Harness, harness, limit, market, OPEN, series, type Wire } from './harness.ts';

const symbol = (name: string): AssetSymbol => name as AssetSymbol;
const MIDNIGHT = instant(OPEN - 570 * MINUTE_MS);
const LAP = 7 * DAY_MS;
const nextDay = (minutes: number, lap = 0) => instant(OPEN + DAY_MS + lap * LAP + minutes * MINUTE_MS);
const EX_DATE = '2019-02-12';

/** Two days of a stock, at two prices. */
const twoDays = (name: string, first: number, second: number) => ({
  ...series(name, []),
  bars: [...barsOf(name, flat(first, 30)), ...barsOf(name, flat(second, 30), OPEN + DAY_MS)],
});
const oneDay = (name: string, price: number, day: 0 | 1) => ({
  ...series(name, []),
  bars: barsOf(name, flat(price, 30), OPEN + day * DAY_MS),
});

const split: CorporateAction = { kind: 'split', symbol: symbol('AAPL'), exDate: EX_DATE, newRate: 2, oldRate: 1 };
const dividend: CorporateAction = {
  kind: 'cashDividend',
  symbol: symbol('AAPL'),
  exDate: EX_DATE,
  payableAfterDays: 0,
  rate: parseMoney('1'),
};
const spinOff: CorporateAction = {
  kind: 'spinOff',
  symbol: symbol('GE'),
  exDate: EX_DATE,
  newSymbol: symbol('GEHC'),
  newRate: 1,
  sourceRate: 4,
  newPrice: parsePrice('80'),
};
const nameChange: CorporateAction = { kind: 'nameChange', symbol: symbol('FB'), exDate: EX_DATE, newSymbol: symbol('META') };

const played = (options: TapeOptions): Harness => harness(makeTape(options), { loop: true });

const bars = (h: Harness, name: string, query: Partial<BarsQuery> = {}): Wire[] =>
  h.ask({
    kind: 'getData',
    query: {
      what: 'bars',
      market: 'stocks',
      symbols: [name],
      single: true,
      timeframe: '1Day',
      adjustments: [],
      limit: 1_000,
      direction: 'asc',
      start: MIDNIGHT,
      ...query,
    },
  }).body.bars ?? [];
const closes = (h: Harness, name: string, query: Partial<BarsQuery> = {}): number[] => bars(h, name, query).map(({ c }) => c);
const types = (h: Harness): string[] =>
  h
    .ask({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 100, category: 'non_trade_activity' } })
    .body.map((entry: Wire) => entry.activity_type);

describe('a looped tape', () => {
  const options = { series: [twoDays('AAPL', 100, 50)], corporateActions: [split, dividend] };

  it('splits and pays once: its later laps are played as adjusted', () => {
    const h = played(options);
    h.submit(market('AAPL', 'buy', '10'), at(1));
    h.exchange.advance(nextDay(5, 3));
    expect(types(h)).toEqual(['SPLIT', 'DIV']);
    expect(h.position('AAPL').qty).toBe('20');
    // Before the split 100 is 50, and 49.5 before the dividend: nothing falls on the ex-date of a later lap.
    expect(closes(h, 'AAPL')).toEqual([100, 50, 49.5, 50, 49.5, 50, 49.5, 50]);
    expect(closes(h, 'AAPL', { adjustments: ['split', 'dividend', 'spin-off'] })).toEqual([49.5, 50, 49.5, 50, 49.5, 50, 49.5, 50]);
    expect(bars(h, 'AAPL').map(({ v }) => v)).toEqual([30_000, 30_000, 60_000, 30_000, 60_000, 30_000, 60_000, 5_000]);
  });

  it('lists its splits and dividends once', () => {
    const h = played(options);
    h.exchange.advance(nextDay(5, 3));
    const query = {
      what: 'corporateActions',
      limit: 100,
      direction: 'asc',
      start: '2019-02-01',
      end: '2020-01-01',
      isElsewhere: false,
    } as const;
    const { forward_splits, cash_dividends } = h.ask({ kind: 'getData', query }).body.corporate_actions;
    expect([forward_splits.length, cash_dividends.length]).toEqual([1, 1]);
  });

  it('plays recorded trades of later laps as adjusted', () => {
    const trade = { kind: 'trade' as const, symbol: symbol('AAPL'), at: at(0, 500), price: 100, size: 10, venue: 'P' };
    const h = played({ ...options, ticks: [trade], corporateActions: [split] });
    h.exchange.advance(instant(at(1) + LAP));
    const query = {
      what: 'trades',
      market: 'stocks',
      symbols: ['AAPL'],
      single: true,
      limit: 1_000,
      direction: 'asc',
      start: OPEN,
    } as const;
    const recorded = h.ask({ kind: 'getData', query }).body.trades.filter(({ x }: Wire) => x === 'P');
    expect(recorded.map(({ p, s }: Wire) => [p, s])).toEqual([
      [100, 10],
      [50, 20],
    ]);
  });
});

describe('a spin-off', () => {
  const options = { series: [twoDays('GE', 100, 80), oneDay('GEHC', 80, 1)], corporateActions: [spinOff] };

  it('gives shares of the new company with their part of the cost, and makes nobody richer', () => {
    const h = harness(makeTape(options));
    h.submit(market('GE', 'buy', '40'), at(1));
    const resting = h.submit(limit('GE', 'buy', '1', '90', { timeInForce: 'gtc' })).body;
    h.exchange.advance(instant(OPEN + DAY_MS - 60 * MINUTE_MS));
    const before = Number(h.account().equity);
    expect(h.position('GE')).toMatchObject({ qty: '40', cost_basis: '3200.4', current_price: '80' });
    expect(h.position('GEHC')).toMatchObject({ qty: '10', cost_basis: '800', avg_entry_price: '80', lastday_price: '80' });
    expect(h.order(resting.id)).toMatchObject({ status: 'new', limit_price: '70' });
    expect(types(h)).toEqual(['SPIN']);
    h.exchange.advance(nextDay(1));
    expect(Number(h.account().equity)).toBe(before);
  });

  it('adjusts the bars before it, alone and with others', () => {
    const h = harness(makeTape(options));
    h.exchange.advance(nextDay(31));
    expect(closes(h, 'GE')).toEqual([100, 80]);
    expect(closes(h, 'GE', { adjustments: ['spin-off'] })).toEqual([80, 80]);
    expect(closes(h, 'GE', { adjustments: ['split', 'dividend'] })).toEqual([100, 80]);
  });

  it('of a company that is not listed is paid in cash', () => {
    const h = harness(makeTape({ series: [twoDays('GE', 100, 80)], corporateActions: [spinOff] }));
    h.submit(market('GE', 'buy', '40'), at(1));
    const { cash } = h.account();
    h.exchange.advance(nextDay(1));
    expect(Number(h.account().cash) - Number(cash)).toBe(800);
    expect(h.position('GE')).toMatchObject({ qty: '40', cost_basis: '3200.4' });
  });
});

describe('a change of name', () => {
  const apart = { series: [oneDay('FB', 200, 0), oneDay('META', 210, 1)], corporateActions: [nameChange] };
  const inOneFile = { series: [twoDays('META', 200, 210)], corporateActions: [nameChange] };

  it.each([
    ['two', apart],
    ['one', inOneFile],
  ])('from %s recordings: each name is listed in its time, and holdings go on under the new one', (_, options) => {
    const h = harness(makeTape(options));
    const status = (name: string) => h.ask({ kind: 'getAsset', symbol: name }).body.status;
    const bought = h.submit(market('FB', 'buy', '10'), at(1)).body;
    const resting = h.submit(limit('FB', 'buy', '1', '150', { timeInForce: 'gtc' })).body;
    expect([h.order(bought.id).status, status('FB'), status('META')]).toEqual(['filled', 'active', 'inactive']);
    expect(h.submit(market('META', 'buy', '1')).body).toMatchObject({ code: 42210000, message: 'asset "META" is not active' });
    h.exchange.advance(nextDay(1));
    expect([status('FB'), status('META')]).toEqual(['inactive', 'active']);
    expect(h.position('META')).toMatchObject({ qty: '10', avg_entry_price: '200.02', current_price: '210', lastday_price: '200' });
    expect(h.ask({ kind: 'getPosition', symbol: 'FB' }).status).toBe(404);
    expect(h.order(resting.id).status).toBe('canceled');
    expect(types(h)).toEqual(['NC', 'NC']);
    expect(h.submit(market('FB', 'buy', '1')).status).toBe(422);
    expect(h.submit(market('META', 'sell', '10')).status).toBe(200);
  });

  it('is looked through as of a day, by any name; "-" takes the name alone', () => {
    const h = harness(makeTape(apart));
    h.exchange.advance(nextDay(31));
    const day = (date: string): number => Date.parse(date) / DAY_MS;
    expect(closes(h, 'META')).toEqual([200, 210]);
    expect(closes(h, 'META', { asof: day('2019-02-11') })).toEqual([210]);
    expect(closes(h, 'FB')).toEqual([200]);
    expect(closes(h, 'FB', { asof: day('2019-02-11') })).toEqual([200, 210]);
    expect(closes(h, 'META', { asof: 'none' })).toEqual([210]);
    expect(closes(h, 'META', { timeframe: '1Week' })).toEqual([210]);
    expect(bars(h, 'META', { timeframe: '1Week' })[0]).toMatchObject({ o: 200, v: 60_000 });
    expect(closes(h, 'META', { timeframe: '1Min' }).length).toBe(60);
  });

  it('happens once: later laps know the new name only', () => {
    const h = played(apart);
    h.exchange.advance(nextDay(31, 1));
    expect(closes(h, 'META')).toEqual([200, 210, 200, 210]);
    expect(closes(h, 'FB')).toEqual([200]);
    expect(h.ask({ kind: 'getAsset', symbol: 'FB' }).body.status).toBe('inactive');
  });
});
