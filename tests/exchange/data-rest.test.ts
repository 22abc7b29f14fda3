/** Market data over REST: pages, timeframes, adjustments, entitlements, and complaints in Alpaca's words. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Candle, flat, OPEN, series, type Wire } from './harness.ts';
import { type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let w: Wired;

const get = async (path: string): Promise<{ status: number; body: Wire }> => {
  const reply = await w.fetch(path);
  return { status: reply.status, body: await reply.json() };
};
const body = async (path: string): Promise<Wire> => {
  const { status, body } = await get(path);
  expect([path, status, body]).toEqual([path, 200, body]);
  return body;
};

const rising = (from: number, minutes: number): Candle[] =>
  Array.from({ length: minutes }, (_, minute) => [from + minute, from + minute + 2, from + minute - 1, from + minute + 1] as const);

beforeEach(async () => {
  w = await wired([
    series('AAPL', rising(100, 390)),
    series('MSFT', flat(50, 390)),
    series('ZZZZ', flat(7, 3)),
    series('BTC/USD', flat(5_000, 395), OPEN - 5 * MINUTE),
  ]);
  w.advance(5 * MINUTE + 10 * MINUTE);
});
afterEach(() => w.server.close());

describe('bars', () => {
  it('are rolled from minutes into every timeframe, average price weighted by volume', async () => {
    const minutes = (await body('/v2/stocks/AAPL/bars?timeframe=1Min')).bars;
    expect(minutes.length).toBe(10);
    expect(minutes[0]).toEqual({ t: '2019-02-11T14:30:00Z', o: 100, h: 102, l: 99, c: 101, v: 1_000, n: 11, vw: 100.666667 });
    const [five] = (await body('/v2/stocks/AAPL/bars?timeframe=5T')).bars;
    expect(five).toEqual({ t: '2019-02-11T14:30:00Z', o: 100, h: 106, l: 99, c: 105, v: 5_000, n: 55, vw: 102.666667 });
    const starts = async (timeframe: string) =>
      (await body(`/v2/stocks/AAPL/bars?timeframe=${timeframe}&start=2019-01-01`)).bars.map((bar: Wire) => bar.t);
    expect(await starts('1Hour')).toEqual(['2019-02-11T14:00:00Z']);
    expect(await starts('4H')).toEqual(['2019-02-11T13:00:00Z']);
    expect(await starts('1Day')).toEqual(['2019-02-11T05:00:00Z']);
    expect(await starts('1W')).toEqual(['2019-02-11T05:00:00Z']);
    expect(await starts('1Month')).toEqual(['2019-02-01T05:00:00Z']);
    expect(await starts('3M')).toEqual(['2019-01-01T05:00:00Z']);
    const crypto = await body('/v1beta3/crypto/us/bars?symbols=BTC/USD&timeframe=1D');
    expect(crypto.bars['BTC/USD'].map((bar: Wire) => bar.t)).toEqual(['2019-02-11T00:00:00Z']);
  });

  it.each(['60Min', '0Min', '24Hour', '2Day', '2Week', '5Month', '1Sec', 'Day'])('refuse the timeframe %s', async (timeframe) => {
    expect(await get(`/v2/stocks/bars?symbols=AAPL&timeframe=${timeframe}`)).toEqual({
      status: 400,
      body: { message: `invalid timeframe: ${timeframe}` },
    });
  });

  it('a bare date is a New York day, so its daily bar is within it', async () => {
    const days = await body('/v2/stocks/AAPL/bars?timeframe=1Day&start=2019-02-11&end=2019-02-11');
    expect(days.bars.map((bar: Wire) => [bar.t, bar.o, bar.c])).toEqual([['2019-02-11T05:00:00Z', 100, 110]]);
  });

  it('nothing is an empty object for many, null for one', async () => {
    expect(await body('/v2/stocks/bars?symbols=NONE&timeframe=1Min')).toEqual({ bars: {}, next_page_token: null });
    expect(await body('/v2/stocks/NONE/bars?timeframe=1Min')).toEqual({ bars: null, symbol: 'NONE', next_page_token: null });
    expect(await body('/v2/stocks/AAPL/bars?timeframe=1Min&feed=boats')).toMatchObject({ bars: null });
  });
});

describe('pages', () => {
  const MOST_PAGES = 200;
  const walk = async (what: string, path: string, limit: number) => {
    const seen: string[] = [];
    let token: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page: Wire = await body(`${path}&limit=${limit}${token === null ? '' : `&page_token=${encodeURIComponent(token)}`}`);
      const rows = Object.entries<Wire[]>(page[what]).flatMap(([symbol, items]) => items.map((item) => `${symbol} ${item.t}`));
      expect(rows.length).toBeLessThanOrEqual(limit);
      seen.push(...rows);
      token = page.next_page_token;
      if (token === null) return seen;
    }
    throw new Error(`${path} has not ended after ${MOST_PAGES} pages of ${limit}`);
  };

  it.each([
    ['bars', '/v2/stocks/bars?symbols=MSFT,AAPL,ZZZZ&timeframe=1Min', 23],
    ['trades', '/v2/stocks/trades?symbols=MSFT,AAPL,ZZZZ', 94],
    ['quotes', '/v2/stocks/quotes?symbols=MSFT,AAPL,ZZZZ', 94],
    ['trades', '/v1beta3/crypto/us/trades?symbols=BTC/USD', 61],
  ])('of %s over %s give the same whatever the limit, in both directions', async (what, path, count) => {
    const whole = await walk(what, path, 10_000);
    expect(whole.length).toBe(count);
    expect(new Set(whole).size).toBe(count);
    for (const limit of [1, 7, 10]) expect(await walk(what, path, limit)).toEqual(whole);
    const backwards = await walk(what, `${path}&sort=desc`, 7);
    expect([...backwards].sort()).toEqual([...whole].sort());
    expect(backwards[0]?.split(' ')[0]).toBe(whole[0]?.split(' ')[0]);
  });

  it('a token that is none is refused', async () => {
    const bad = encodeURIComponent('%%%');
    expect((await get(`/v2/stocks/bars?symbols=AAPL&timeframe=1Min&page_token=${bad}`)).body.message).toMatch(/^invalid page_token/);
  });
});

describe('trades and quotes', () => {
  it('of history are the ones that were streamed as the latest', async () => {
    const trades = (await body('/v2/stocks/AAPL/trades')).trades;
    const latest = await body('/v2/stocks/AAPL/trades/latest');
    expect(latest).toEqual({ symbol: 'AAPL', trade: trades.at(-1) });
    expect(trades.at(-1)).toEqual({ t: '2019-02-11T14:40:00.000Z', x: 'V', p: 110, s: 250, c: ['@'], i: expect.any(Number), z: 'C' });
    const quotes = (await body('/v2/stocks/AAPL/quotes?sort=desc&limit=1')).quotes;
    expect((await body('/v2/stocks/quotes/latest?symbols=AAPL,NONE')).quotes).toEqual({ AAPL: quotes[0] });
    expect((await get('/v2/stocks/NONE/trades/latest')).body).toEqual({ message: 'no trade found for NONE' });
  });

  it('order books of crypto stand around the quote', async () => {
    const book = (await body('/v1beta3/crypto/us/latest/orderbooks?symbols=BTC/USD')).orderbooks['BTC/USD'];
    const quote = (await body('/v1beta3/crypto/us/latest/quotes?symbols=BTC/USD')).quotes['BTC/USD'];
    expect([book.b[0].p, book.a[0].p, book.b.length]).toEqual([quote.bp, quote.ap, 5]);
  });
});

describe('snapshots, auctions, screeners', () => {
  it('know the running day and the day before', async () => {
    await w.server.close();
    const second = OPEN + DAY;
    const bars = [...series('AAPL', flat(100, 390)).bars, ...series('AAPL', flat(110, 390), second).bars];
    const falling = [...series('MSFT', flat(50, 390)).bars, ...series('MSFT', flat(40, 390), second).bars];
    w = await wired([
      { ...series('AAPL', []), bars },
      { ...series('MSFT', []), bars: falling },
    ]);
    w.advance(5 * MINUTE + DAY + 3 * MINUTE);
    const many = await body('/v2/stocks/snapshots?symbols=AAPL,MSFT,NONE');
    expect(Object.keys(many)).toEqual(['AAPL', 'MSFT']);
    expect(many.AAPL).toMatchObject({
      dailyBar: { t: '2019-02-12T05:00:00Z', c: 110, v: 3_000 },
      prevDailyBar: { t: '2019-02-11T05:00:00Z', c: 100, v: 390_000 },
      minuteBar: { t: '2019-02-12T14:32:00Z' },
    });
    expect(await body('/v2/stocks/AAPL/snapshot')).toEqual({ symbol: 'AAPL', ...many.AAPL });
    expect(await body('/v1beta1/screener/stocks/movers?top=1')).toMatchObject({
      gainers: [{ symbol: 'AAPL', change: 10, percent_change: 10, price: 110 }],
      losers: [{ symbol: 'MSFT', change: -10, percent_change: -20, price: 40 }],
      market_type: 'stocks',
    });
    const actives = await body('/v1beta1/screener/stocks/most-actives?by=trades');
    expect(actives.most_actives).toEqual([
      { symbol: 'AAPL', trade_count: 33, volume: 3_000 },
      { symbol: 'MSFT', trade_count: 33, volume: 3_000 },
    ]);
    const auctions = (await body('/v2/stocks/AAPL/auctions?start=2019-02-11')).auctions;
    expect(auctions.map((day: Wire) => [day.d, day.o.length, day.c.length])).toEqual([
      ['2019-02-11', 2, 2],
      ['2019-02-12', 2, 0],
    ]);
    expect(auctions[0].c[1]).toEqual({ t: '2019-02-11T21:00:00.000Z', x: 'Q', p: 100, s: 100, c: 'M' });
  });
});

describe('news', () => {
  it('is invented, says so, and comes newest first, page by page', async () => {
    const all = await body('/v1beta1/news?include_content=true');
    expect(all).toEqual({ news: [], next_page_token: null });
    w.advance(DAY);
    const first = await body('/v1beta1/news?limit=2&include_content=true');
    const second = await body(`/v1beta1/news?limit=50&page_token=${encodeURIComponent(first.next_page_token)}`);
    const stamps = [...first.news, ...second.news].map((article) => article.created_at);
    expect(stamps).toEqual([...stamps].sort().reverse());
    expect(second.next_page_token).toBeNull();
    expect(second.news.every((article: Wire) => article.content === '' && article.headline.startsWith('[Invented]'))).toBe(true);
    const injected = (await body('/v1beta1/news?include_content=true&limit=50')).news.filter((article: Wire) =>
      /IGNORE ALL/.test(article.headline),
    );
    expect(injected.length).toBeGreaterThan(0);
    const only = await body('/v1beta1/news?symbols=MSFT&limit=50');
    expect(only.news.every((article: Wire) => article.symbols.includes('MSFT'))).toBe(true);
    expect(
      (await body('/v1beta1/news?exclude_contentless=true&include_content=true&limit=50')).news.every((one: Wire) => one.content !== ''),
    ).toBe(true);
    expect((await get('/v1beta1/news?limit=51')).body.message).toBe('invalid limit: larger than the allowed maximum of 50');
  });
});

describe('complaints', () => {
  it.each([
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&limit=10001', 'invalid limit: larger than the allowed maximum of 10000'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&limit=x', 'invalid limit: x'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&adjustment=bogus', 'invalid adjustment: bogus'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&feed=bogus', 'invalid feed: bogus'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&feed=delayed_sip', 'invalid feed: delayed_sip'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&sort=up', 'invalid sort: up'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&start=soon', 'invalid start: soon'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&asof=soon', 'invalid asof: soon'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&currency=EUR', 'invalid currency: EUR'],
    ['/v2/stocks/bars?symbols=AAPL&timeframe=1Min&start=2019-02-12&end=2019-02-11', 'end should not be before start'],
    ['/v2/stocks/bars?timeframe=1Min', 'symbols is required'],
    ['/v2/stocks/bars?symbols=AAPL', 'timeframe is required'],
    ['/v2/stocks/bars?symbols=aapl&timeframe=1Min', 'invalid symbol: aapl'],
    ['/v1beta3/crypto/us/bars?symbols=BTCUSD&timeframe=1Min', 'invalid symbol: BTCUSD does not match ^[A-Z]+x?/[A-Z]+$'],
    ['/v1beta3/crypto/mars/bars?symbols=BTC/USD&timeframe=1Min', 'invalid location: mars'],
    ['/v2/stocks/meta/conditions/trade', 'tape is required'],
    ['/v2/stocks/auctions?symbols=AAPL&feed=iex', 'invalid feed: iex'],
    ['/v2/stocks/snapshots?symbols=AAPL&currency=EUR', 'invalid currency: EUR'],
    ['/v1/corporate-actions?types=merger', 'invalid type: merger'],
    ['/v1/corporate-actions?ids=a&symbols=AAPL', 'ids can not be used with other filters'],
    ['/v1/corporate-actions?region=mars', 'invalid region: mars'],
    ['/v1beta1/screener/stocks/movers?top=51', 'invalid top: larger than the allowed maximum of 50'],
  ])('%s is told %s', async (path, message) => {
    expect(await get(path)).toEqual({ status: 400, body: { message } });
  });

  it.each([
    '/v1beta1/options/bars?symbols=X',
    '/v1beta1/forex/rates',
    '/v2/stocks/AAPL/nothing',
    '/v2/stocks/AAPL/bars/latest/more',
    '/v1beta3/crypto/us/auctions',
    '/v1beta1/logos/AAPL',
  ])('%s is a JSON 404', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { code: 40410000 } });
  });

  it('the free plan may not ask for recent SIP data', async () => {
    await w.server.close();
    w = await wired([series('AAPL', flat(100, 390))], { dataPlan: 'free' });
    w.advance(35 * MINUTE);
    const refusal = { status: 403, body: { code: 42210000, message: 'subscription does not permit querying recent SIP data' } };
    expect(await get('/v2/stocks/AAPL/bars?timeframe=1Min&feed=sip&end=2019-02-11T14:46:00Z')).toEqual(refusal);
    expect(await get('/v2/stocks/snapshots?symbols=AAPL&feed=sip')).toEqual(refusal);
    expect(await get('/v2/stocks/AAPL/quotes/latest?feed=sip')).toEqual(refusal);
    expect((await body('/v2/stocks/AAPL/bars?timeframe=1Min&feed=sip')).bars.length).toBe(16);
    expect((await body('/v2/stocks/AAPL/bars?timeframe=1Min&feed=iex')).bars.length).toBe(30);
    expect((await get('/v2/stocks/AAPL/quotes/latest')).status).toBe(200);
  });
});
