/** Corporate actions over REST: what they do to bars by `adjustment` and `asof`, and how they are listed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney, parsePrice } from '#server/domain/money.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { barsOf, flat, OPEN, series, type Wire } from './harness.ts';
import { type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const EX_DATE = '2019-02-12';
const symbol = (name: string): AssetSymbol => name as AssetSymbol;
let w: Wired;

const body = async (path: string): Promise<Wire> => (await w.fetch(path)).json();

beforeEach(async () => {
  const two = (name: string, first: number, second: number) => ({
    ...series(name, []),
    bars: [...barsOf(name, flat(first, 390)), ...barsOf(name, flat(second, 390), OPEN + DAY)],
  });
  const tape = makeTape({
    series: [two('AAPL', 100, 50), two('GE', 100, 80), two('META', 200, 210)],
    corporateActions: [
      { kind: 'split', symbol: symbol('AAPL'), exDate: EX_DATE, newRate: 2, oldRate: 1 },
      { kind: 'cashDividend', symbol: symbol('AAPL'), exDate: EX_DATE, payableAfterDays: 14, rate: parseMoney('1') },
      {
        kind: 'spinOff',
        symbol: symbol('GE'),
        exDate: EX_DATE,
        newSymbol: symbol('GEHC'),
        newRate: 1,
        sourceRate: 4,
        newPrice: parsePrice('80'),
      },
      { kind: 'nameChange', symbol: symbol('FB'), exDate: EX_DATE, newSymbol: symbol('META') },
    ],
  });
  w = await wired(tape);
  w.advance(DAY + 10 * MINUTE);
});
afterEach(() => w.server.close());

describe('bars', () => {
  const days = async (name: string, query = ''): Promise<(readonly [number, number])[]> => {
    const { bars } = await body(`/v2/stocks/${name}/bars?timeframe=1Day&start=2019-02-11${query}`);
    return bars.map(({ c, v }: Wire) => [c, v]);
  };

  it.each([
    ['AAPL', 'raw', 100, 390_000],
    ['AAPL', 'split', 50, 780_000],
    ['AAPL', 'dividend', 99, 390_000],
    ['AAPL', 'split,dividend', 49.5, 780_000],
    ['AAPL', 'spin-off', 100, 390_000],
    ['AAPL', 'all', 49.5, 780_000],
    ['GE', 'split,dividend', 100, 390_000],
    ['GE', 'spin-off', 80, 390_000],
    ['GE', 'all', 80, 390_000],
    ['META', 'all', 200, 390_000],
  ])('of %s are adjusted for %s', async (name, adjustment, price, volume) => {
    expect((await days(name, `&adjustment=${adjustment}`))[0]).toEqual([price, volume]);
  });

  it('are found by any name of a company, as of a day', async () => {
    const closes = async (name: string, query = '') => (await days(name, query)).map(([close]) => close);
    expect(await closes('META')).toEqual([200, 210]);
    expect(await closes('META', '&asof=2019-02-11')).toEqual([210]);
    expect(await closes('META', '&asof=-')).toEqual([210]);
    expect(await closes('FB')).toEqual([200]);
    expect(await closes('FB', '&asof=2019-02-11')).toEqual([200, 210]);
    const many = await body('/v2/stocks/bars?symbols=META&timeframe=1Day&start=2019-02-11');
    expect(Object.keys(many.bars)).toEqual(['META']);
    const trades = await body('/v2/stocks/FB/trades?start=2019-02-11&asof=2019-02-11&sort=desc&limit=1');
    expect(trades).toMatchObject({ symbol: 'FB', trades: [{ p: 210 }] });
    const snapshot = await body('/v2/stocks/META/snapshot');
    expect(snapshot).toMatchObject({ dailyBar: { c: 210 }, prevDailyBar: { c: 200 } });
  });
});

describe('the list', () => {
  const list = (query: string): Promise<Wire> => body(`/v1/corporate-actions?start=2019-02-01&end=2019-02-28&${query}`);

  it('has each kind in its words, dated by its process', async () => {
    const { corporate_actions: all } = await list('');
    expect(Object.keys(all)).toEqual(['forward_splits', 'spin_offs', 'name_changes', 'cash_dividends']);
    expect(all.cash_dividends).toMatchObject([
      { symbol: 'AAPL', rate: 1, ex_date: EX_DATE, record_date: '2019-02-13', payable_date: '2019-02-26', process_date: '2019-02-26' },
    ]);
    expect(all.forward_splits).toMatchObject([{ symbol: 'AAPL', new_rate: 2, old_rate: 1, process_date: EX_DATE }]);
    expect(all.spin_offs).toMatchObject([{ source_symbol: 'GE', source_rate: 4, new_symbol: 'GEHC', new_rate: 1, ex_date: EX_DATE }]);
    expect(all.name_changes).toMatchObject([{ old_symbol: 'FB', new_symbol: 'META', process_date: EX_DATE }]);
  });

  it('is filtered, and comes in pages', async () => {
    const kinds = async (query: string) => Object.keys((await list(query)).corporate_actions);
    expect(await kinds('symbols=AAPL')).toEqual(['forward_splits', 'cash_dividends']);
    expect(await kinds('symbols=GEHC')).toEqual(['spin_offs']);
    expect(await kinds('types=name_change,stock_merger')).toEqual(['name_changes']);
    expect([await kinds('cusips=037833100'), await kinds('region=non_us'), (await kinds('region=all')).length]).toEqual([[], [], 4]);
    const page = await list('symbols=AAPL&limit=1');
    const rest = await list(`symbols=AAPL&limit=1&page_token=${encodeURIComponent(page.next_page_token)}`);
    expect([Object.keys(page.corporate_actions), Object.keys(rest.corporate_actions), rest.next_page_token]).toEqual([
      ['forward_splits'],
      ['cash_dividends'],
      null,
    ]);
    const [{ id }] = page.corporate_actions.forward_splits;
    expect(Object.keys((await body(`/v1/corporate-actions?ids=${id}`)).corporate_actions)).toEqual(['forward_splits']);
  });
});
