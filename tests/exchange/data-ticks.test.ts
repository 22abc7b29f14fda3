/** Recorded quotes and trades: their files, what is refused in them, and how they are played, streamed and told as history. */
import { describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseQuoteFile } from '#server/domain/quote-file.ts';
import type { Instant } from '#server/domain/time.ts';
import { parseTradeFile } from '#server/domain/trade-file.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { barsOfTicks } from '#server/exchange/tick-tape.ts';
import { at, flat, harness, limit, market, OPEN, series, type Wire } from './harness.ts';

const file = (text: string) => ({ name: 'ticks.csv', text, symbol: 'AAPL' });
const QUOTES = 'timestamp,bid,bid_size,ask,ask_size,exchange,quote_condition_hex,suspicious\n';
const TRADES = 'timestamp,price,size,exchange,sale_condition_hex,suspicious\n';
const stamp = (ms: number): string => new Date(OPEN + ms).toISOString();

describe('a quote file', () => {
  it('carries the other side forward, and leaves out what is crossed or suspicious', () => {
    const quotes = parseQuoteFile(
      file(
        `${QUOTES}${stamp(0)},0,0,100.02,500,Q,1,0\n${stamp(5)},100,700,0,0,P,1,0\n${stamp(5)},0,0,99.99,1,P,1,0\n` +
          `${stamp(6)},0,0,50,1,P,1,1\n${stamp(7)},0,0,100.01,200,Q,1,0\n`,
      ),
    );
    expect(quotes.map(({ at, bid, bidSize, ask, askSize, venue }) => [at - OPEN, bid, bidSize, ask, askSize, venue])).toEqual([
      [5, 100, 700, 100.02, 500, 'P'],
      [7, 100, 700, 100.01, 200, 'Q'],
    ]);
  });

  it('of minutes is four quotes a line', () => {
    const header = 'timestamp,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size\n';
    const quotes = parseQuoteFile(file(`${header}${stamp(0)},10,12,9,11,100,10.1,12.1,9.1,11.1,200\n`));
    expect(quotes.map(({ at, bid, ask }) => [at - OPEN, bid, ask])).toEqual([
      [0, 10, 10.1],
      [20_000, 9, 9.1],
      [40_000, 12, 12.1],
      [59_999, 11, 11.1],
    ]);
  });

  it.each([
    ['', 'line 1: the file is empty'],
    ['time,price\n', 'it must begin with timestamp,bid,bid_size,ask,ask_size'],
    [`${QUOTES}${stamp(0)},1,1`, 'may be cut off'],
    [`${QUOTES}${stamp(0)},1,1\n`, 'line 2: 3 of 5 columns'],
    [`${QUOTES}yesterday,1,1,2,1,Q,1,0\n`, 'line 2: timestamp "yesterday"'],
    [`${QUOTES}${stamp(0)},1,1,x,1,Q,1,0\n`, 'line 2: ask is "x", not a number of zero or more'],
    [`${QUOTES}${stamp(0)},-1,1,2,1,Q,1,0\n`, 'line 2: bid is "-1"'],
    [`${QUOTES}${stamp(9)},1,1,2,1,Q,1,0\n${stamp(8)},1,1,2,1,Q,1,0\n`, 'line 3: it comes after a later tick'],
  ])('%j is refused: %s', (text, complaint) => {
    expect(() => parseQuoteFile(file(text))).toThrow(complaint);
  });
});

describe('a trade file', () => {
  it('leaves out suspicious trades and refuses prices and sizes of nothing', () => {
    const line = (price: number, size: number, suspicious: number) => `${stamp(1)},${price},${size},P,2000,${suspicious}\n`;
    expect(parseTradeFile(file(`${TRADES}${line(10, 100, 0)}${line(1, 100, 1)}`))).toEqual([
      { kind: 'trade', symbol: 'AAPL', at: OPEN + 1, price: 10, size: 100, venue: 'P' },
    ]);
    expect(() => parseTradeFile(file(`${TRADES}${line(0, 100, 0)}`))).toThrow('line 2: price is 0');
    expect(() => parseTradeFile(file(`${TRADES}${line(10, 0, 0)}`))).toThrow('line 2: size is 0');
  });
});

const symbol = 'AAPL' as AssetSymbol;
const quote = (ms: number, bid: number, ask: number) =>
  ({ kind: 'quote', symbol, at: (OPEN + ms) as Instant, bid, bidSize: 300, ask, askSize: 400, venue: 'Q' }) as const;
const trade = (ms: number, price: number, size: number) =>
  ({ kind: 'trade', symbol, at: (OPEN + ms) as Instant, price, size, venue: 'P' }) as const;

describe('recorded ticks', () => {
  const ticks = [quote(1_000, 99, 101), trade(1_500, 100.5, 10), quote(2_000, 98, 99.5), trade(61_000, 99, 20), quote(61_000, 98.5, 99)];
  const played = (loop = false) =>
    harness(makeTape({ series: [series('AAPL', flat(100, 5)), series('MSFT', flat(50, 5))], ticks }), { publishTicks: true, loop });
  const ask = (h: ReturnType<typeof harness>, what: 'trades' | 'quotes'): Wire[] =>
    h.ask({
      kind: 'getData',
      query: { what, market: 'stocks', symbols: ['AAPL'], single: true, limit: 1_000, direction: 'asc', start: OPEN },
    }).body[what] ?? [];

  it('are played instead of the walk, as far as they go, and orders meet them', () => {
    const h = played();
    h.exchange.advance(at(0, 500));
    const waiting = h.submit(limit('AAPL', 'buy', '1', '99.5')).body;
    const sold = h.submit(market('MSFT', 'buy', '1')).body;
    expect(h.order(sold.id).status).toBe('filled');
    expect(h.order(waiting.id).status).not.toBe('filled');
    h.exchange.advance(at(0, 1_999));
    expect(h.order(waiting.id).status).not.toBe('filled');
    h.exchange.advance(at(0, 2_000));
    expect(h.order(waiting.id)).toMatchObject({ status: 'filled', filled_avg_price: '99.5' });
  });

  it('are told in the stream and in history alike, and the walk goes on after them', () => {
    const h = played();
    h.exchange.advance(at(5));
    const mine = h.events().filter((event): event is Extract<typeof event, { kind: 'quote' | 'trade' }> => {
      return (event.kind === 'quote' || event.kind === 'trade') && event.quote.symbol === 'AAPL';
    });
    const recorded = mine.filter((event) => event.quote.at < at(2)).map((event) => [event.kind, event.quote.at - OPEN]);
    expect(recorded).toEqual([
      ['quote', 1_000],
      ['trade', 1_500],
      ['quote', 2_000],
      ['trade', 61_000],
      ['quote', 61_000],
    ]);
    const [trades, quotes] = [ask(h, 'trades'), ask(h, 'quotes')];
    expect(trades.slice(0, 3).map(({ p, s, x, i }) => [p, s, x, i])).toEqual([
      [100.5, 10, 'P', 2],
      [99, 20, 'P', 4],
      [100, 250, 'V', expect.any(Number)],
    ]);
    expect(quotes.slice(0, 3).map(({ bp, bs, ap, as }) => [bp, bs, ap, as])).toEqual([
      [99, 300, 101, 400],
      [98, 300, 99.5, 400],
      [98.5, 300, 99, 400],
    ]);
    const times = (kind: string) => mine.filter((event) => event.kind === kind).map((event) => event.quote.at);
    expect(trades.map(({ t }) => Date.parse(t))).toEqual(times('trade'));
    expect(quotes.map(({ t }) => Date.parse(t))).toEqual(times('quote'));
  });

  it('come again in each lap', () => {
    const h = played(true);
    h.exchange.advance((OPEN + 7 * 86_400_000 + 3 * 60_000) as Instant);
    const second = ask(h, 'trades').filter(({ t, x }) => Date.parse(t) > OPEN + 86_400_000 && x === 'P');
    expect(second.map(({ p }) => p)).toEqual([100.5, 99]);
  });

  it('of one instant are paged through without loss or repetition, in both directions', () => {
    const many = Array.from({ length: 7 }, (_, index) => trade(1_000, 100, index + 1));
    const h = harness(makeTape({ series: [series('AAPL', flat(100, 1))], ticks: [trade(500, 100, 50), ...many, trade(1_500, 100, 60)] }));
    h.exchange.advance(at(1));
    for (const direction of ['asc', 'desc'] as const) {
      for (const limit of [1, 2, 3, 20]) {
        const sizes: number[] = [];
        let token: string | null = null;
        for (let pages = 0; pages === 0 || (token !== null && pages < 20); pages++) {
          const page: Wire = h.ask({
            kind: 'getData',
            query: {
              what: 'trades',
              market: 'stocks',
              symbols: ['AAPL'],
              single: true,
              limit,
              direction,
              start: OPEN,
              ...(token ? { pageToken: token } : {}),
            },
          }).body;
          sizes.push(...page.trades.map(({ s }: Wire) => s));
          token = page.next_page_token;
        }
        const all = [50, 1, 2, 3, 4, 5, 6, 7, 60];
        expect([direction, limit, sizes]).toEqual([direction, limit, direction === 'asc' ? all : all.reverse()]);
      }
    }
  });

  it('are enough without bars', () => {
    expect(
      barsOfTicks(symbol, ticks).map(({ startsAt, open, close, volume, vwap, trades }) => [
        startsAt - OPEN,
        open,
        close,
        volume,
        vwap,
        trades,
      ]),
    ).toEqual([
      [0, 100.5, 100.5, 10, 100.5, 1],
      [60_000, 99, 99, 20, 99, 1],
    ]);
    expect(barsOfTicks(symbol, [quote(0, 99, 101), quote(1, 100, 102)])).toMatchObject([{ open: 100, close: 101, volume: 0 }]);
  });

  it('of trades alone have quotes around them', () => {
    const only = ticks.filter((tick) => tick.kind === 'trade');
    const h = harness(makeTape({ series: [series('AAPL', flat(100, 5))], ticks: only }));
    h.exchange.advance(at(0, 1_500));
    expect(ask(h, 'quotes').map(({ bp, ap }) => [bp, ap])).toEqual([[100.49, 100.51]]);
  });
});
