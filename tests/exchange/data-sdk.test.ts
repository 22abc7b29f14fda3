/** The real SDK as a black-box client of market data: every history, latest and snapshot call, and every kind of stream message. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { type ExchangeServer, startExchangeServer } from '#server/exchange/wire/server.ts';
import { flat, OPEN, series, type Wire } from './harness.ts';
import { inbox, KEYS, sdk } from './wire-harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let server: ExchangeServer;
let advance: (ms: number) => void;
let data: Wire;

beforeEach(async () => {
  const two = (symbol: string, price: number) => ({
    ...series(symbol, []),
    bars: [...series(symbol, flat(price, 390)).bars, ...series(symbol, flat(price + 10, 390), OPEN + DAY).bars],
  });
  const tape = makeTape({
    series: [two('AAPL', 100), two('MSFT', 50), series('BTC/USD', flat(5_000, 3_000), OPEN - 5 * MINUTE)],
    corporateActions: [{ kind: 'split', symbol: 'AAPL' as AssetSymbol, exDate: '2019-02-12', newRate: 2, oldRate: 1 }],
  });
  const exchange = createExchange({ tape, settings: { partialFillChance: 0, tapeErrorChance: 1 } });
  const clock = createManualClock(exchange.startsAt);
  server = await startExchangeServer({ exchange, clock, keys: KEYS, requestsPerMinute: 0, turnEveryMs: 0 });
  advance = (ms) => {
    clock.advanceBy(ms);
    server.turn();
  };
  data = sdk(server.url).marketData;
});
afterEach(() => server.close());

describe('the SDK over market-data REST', () => {
  beforeEach(() => advance(DAY + 15 * MINUTE));

  it('reads the history of stocks, one and many', async () => {
    const { stocks } = data;
    const span = { start: new Date(OPEN), limit: 5 };
    for (const [what, item] of [
      ['Bars', 'bars'],
      ['Trades', 'trades'],
      ['Quotes', 'quotes'],
      ['Auctions', 'auctions'],
    ] as const) {
      const timeframe = what === 'Bars' ? { timeframe: '1Min' } : {};
      const many = await stocks[`stock${what}`]({ symbols: 'AAPL,MSFT', ...timeframe, ...span });
      const count = what === 'Auctions' ? 2 : 5;
      expect([what, many[item].AAPL.length]).toEqual([what, count]);
      const one = await stocks[`stock${what.slice(0, -1)}Single`]({ symbol: 'AAPL', ...timeframe, ...span });
      expect([what, one.symbol, one[item].length]).toEqual([what, 'AAPL', count]);
    }
    const adjusted = await stocks.stockBars({ symbols: 'AAPL', timeframe: '1Day', start: new Date(OPEN - DAY), adjustment: 'split' });
    expect(adjusted.bars.AAPL.map((bar: Wire) => bar.c ?? bar.close)).toEqual([50, 110]);
  });

  it('reads what is latest, snapshots and tables', async () => {
    const { stocks } = data;
    for (const what of ['Bar', 'Trade', 'Quote']) {
      const many = await stocks[`stockLatest${what}s`]({ symbols: 'AAPL,MSFT' });
      expect(Object.keys(many[`${what.toLowerCase()}s`])).toEqual(['AAPL', 'MSFT']);
      expect((await stocks[`stockLatest${what}Single`]({ symbol: 'AAPL' })).symbol).toBe('AAPL');
    }
    const snapshot = await stocks.stockSnapshotSingle({ symbol: 'AAPL' });
    expect(snapshot).toMatchObject({
      symbol: 'AAPL',
      dailyBar: expect.anything(),
      prevDailyBar: expect.anything(),
      latestTrade: expect.anything(),
    });
    expect(Object.keys(await stocks.stockSnapshots({ symbols: 'AAPL,MSFT' }))).toEqual(['AAPL', 'MSFT']);
    expect((await stocks.stockMetaExchanges()).V).toBe('IEX');
    expect((await stocks.stockMetaConditions({ ticktype: 'trade', tape: 'C' })).I).toBe('Odd Lot Trade');
    await expect(stocks.stockBars({ symbols: 'AAPL', timeframe: '1Min', limit: 10_001 })).rejects.toMatchObject({ status: 400 });
  });

  it('reads crypto', async () => {
    const { crypto } = data;
    const of = { loc: 'us', symbols: 'BTC/USD' };
    expect((await crypto.cryptoBars({ ...of, timeframe: '1Hour' })).bars['BTC/USD'].length).toBeGreaterThan(5);
    expect((await crypto.cryptoTrades({ ...of, limit: 3 })).trades['BTC/USD'].length).toBe(3);
    expect((await crypto.cryptoQuotes({ ...of, limit: 3 })).quotes['BTC/USD'].length).toBe(3);
    for (const what of ['Bars', 'Trades', 'Quotes', 'Orderbooks']) {
      const reply = await crypto[`cryptoLatest${what}`](of);
      expect(Object.keys(reply[what.toLowerCase()])).toEqual(['BTC/USD']);
    }
    expect((await crypto.cryptoSnapshots(of)).snapshots['BTC/USD']).toMatchObject({ dailyBar: expect.anything() });
  });

  it('reads news, screeners and corporate actions', async () => {
    const page = await data.news.news({ limit: 2, includeContent: true });
    expect([page.news.length, page.news[0].headline.startsWith('[Invented]')]).toEqual([2, true]);
    const next = await data.news.news({ limit: 50, pageToken: page.nextPageToken });
    expect(next.news.some((one: Wire) => one.id === page.news[0].id)).toBe(false);
    expect((await data.screener.mostActives({ top: 1 })).mostActives.length).toBe(1);
    expect((await data.screener.movers({ marketType: 'stocks' })).gainers.length).toBe(2);
    const actions = await data.corporateActions.corporateActions({ start: new Date('2019-02-01'), end: new Date('2019-02-28') });
    expect(actions.corporateActions.forwardSplits).toMatchObject([{ symbol: 'AAPL', newRate: 2, oldRate: 1 }]);
  });
});

const LISTENERS = {
  stock: ['Trade', 'Quote', 'Bar', 'UpdatedBar', 'DailyBar', 'Status', 'Luld', 'Imbalance', 'Correction', 'CancelError'],
  crypto: ['Trade', 'Quote', 'Bar', 'DailyBar', 'Orderbook'],
  news: ['News'],
} as const;

/** Subscribes to all of it and hears with the listener of each kind. */
async function follow(stream: Wire, kinds: readonly string[]): Promise<{ heard: ReturnType<typeof inbox<Wire>>; stop: () => void }> {
  const heard = inbox<Wire>();
  const ready = inbox<unknown>();
  stream.on('subscription', (wishes: unknown) => ready.put(wishes));
  for (const kind of kinds) {
    stream[`on${kind}`]((item: Wire) => heard.put({ ...item, kind }));
    const plural = { Status: 'Statuses', News: 'News' }[kind] ?? `${kind}s`;
    stream[`subscribeFor${plural}`]?.(['*']);
  }
  stream.connect();
  expect((await stream.whenAuthenticated()).status).toBe('authenticated');
  await ready.next();
  return { heard, stop: () => stream.disconnect() };
}

describe('the SDK over the market-data streams', () => {
  it.each([
    ['stock', '/v2/sip'],
    ['crypto', '/v1beta3/crypto/us'],
    ['news', '/v1beta1/news'],
  ] as const)('hears every kind of message of %s', async (market, path) => {
    const stream = data[`${market}Stream`]({ url: `${server.wsUrl}${path}` });
    const { heard, stop } = await follow(stream, LISTENERS[market]);
    advance(30 * MINUTE);
    server.driver.ask({ kind: 'setHalt', symbol: 'MSFT', halted: true }, () => undefined);
    for (let turn = 0; turn < 14; turn++) advance(30 * MINUTE);
    for (const kind of LISTENERS[market]) {
      const item = await Promise.resolve(heard.all.find((one) => one.kind === kind) ?? heard.next((one) => one.kind === kind));
      const time = item.timestamp ?? item.createdAt;
      expect([kind, time instanceof Date && time.getTime() >= OPEN - DAY]).toEqual([kind, true]);
    }
    const id = (item: Wire): unknown => item?.symbol ?? item?.symbols[0];
    expect(heard.all.every((item) => typeof id(item) === 'string')).toBe(true);
    stop();
  });

  it('hears the test stock in the night', async () => {
    advance(12 * 60 * MINUTE);
    const { heard, stop } = await follow(data.stockStream({ url: `${server.wsUrl}/v2/test` }), ['Trade', 'Quote', 'Bar']);
    advance(2 * MINUTE);
    expect(await heard.next((item) => item.kind === 'Bar')).toMatchObject({ symbol: 'FAKEPACA' });
    stop();
  });
});
