/** Minutes in which nobody traded a pair: bars of quotes, without volume; and bars that are told again at :30. */
import { describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { RecordedQuote } from '#server/domain/quote-file.ts';
import { DAY_MS, instant, MINUTE_MS } from '#server/domain/time.ts';
import { withQuietBars } from '#server/exchange/quiet-bars.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { at, barsOf, flat, type Harness, harness, limit, OPEN, series, type Wire } from './harness.ts';

const BTC = 'BTC/USD';
const quote = (minute: number, ms: number, bid: number, ask: number): RecordedQuote => ({
  kind: 'quote',
  symbol: BTC as AssetSymbol,
  at: at(minute, ms),
  bid,
  ask,
  bidSize: 1,
  askSize: 1,
  venue: '',
});

const data = (h: Harness, what: 'bars' | 'trades' | 'quotes'): Wire[] => {
  const span = { symbols: [BTC], single: false, limit: 1_000, direction: 'asc', start: instant(OPEN - DAY_MS) } as const;
  const query = what === 'bars' ? { what, timeframe: '1Min', adjustments: [] } : { what };
  return h.ask({ kind: 'getData', query: { ...query, market: 'crypto', ...span } }).body[what][BTC] ?? [];
};

describe('quiet minutes of a pair', () => {
  const gap = series(BTC, [5_000, null, null, 5_010]);

  it('have bars at the last price, without volume, in history and in the stream', () => {
    const h = harness([gap], { publishTicks: true });
    h.exchange.advance(at(4));
    const told = h.events().flatMap((event) => (event.kind === 'bar' ? [event.bar] : []));
    expect(told.map((bar) => [bar.startsAt - OPEN, bar.close, bar.volume])).toEqual([
      [0, 5_000, 1_000],
      [60_000, 5_000, 0],
      [120_000, 5_000, 0],
      [180_000, 5_010, 1_000],
    ]);
    expect(data(h, 'bars')[1]).toEqual({ t: '2019-02-11T14:31:00Z', o: 5_000, h: 5_000, l: 5_000, c: 5_000, v: 0, n: 0, vw: 0 });
  });

  it('have quotes, which orders meet, but no trades', () => {
    const h = harness([series(BTC, [5_000, ...Array(20).fill(null), 5_010])], { publishTicks: true });
    const bought = h.submit(limit(BTC, 'buy', '1', '6000'), at(15, 30_000)).body;
    expect(h.order(bought.id)).toMatchObject({ status: 'filled', filled_avg_price: '5000.5' });
    const kinds = h.events().flatMap((event) => (event.kind === 'quote' || event.kind === 'trade' ? [event] : []));
    expect(kinds.filter(({ kind }) => kind === 'trade').length).toBe(4);
    expect(kinds.filter(({ kind }) => kind === 'quote').length).toBe(4 + 15);
    expect([data(h, 'trades').length, data(h, 'quotes').length]).toEqual([4, 4 + 15]);
    expect(kinds.at(-1)?.quote).toMatchObject({ at: at(15), tradedAt: at(0, 59_999), tradeId: kinds[7]?.quote.tradeId });
  });

  it('follow recorded quotes', () => {
    const bars = withQuietBars(gap.bars, [quote(0, 1, 4_990, 5_010), quote(1, 5, 4_998, 5_004), quote(1, 9, 5_002, 5_004)]);
    expect(bars.map(({ open, high, low, close, volume }) => [open, high, low, close, volume])).toEqual([
      [5_000, 5_000, 5_000, 5_000, 1_000],
      [5_001, 5_003, 5_001, 5_003, 0],
      [5_003, 5_003, 5_003, 5_003, 0],
      [5_010, 5_010, 5_010, 5_010, 1_000],
    ]);
  });

  it('are not made up over a hole of more than a day, nor for stocks', () => {
    const holed = [...barsOf(BTC, [5_000]), ...barsOf(BTC, [5_000], OPEN + DAY_MS + MINUTE_MS)];
    expect(withQuietBars(holed, []).length).toBe(2);
    expect(makeTape({ series: [series('AAPL', [100, null, 100])] }).minutes.length).toBe(2);
  });
});

describe('bars that are told again', () => {
  it('come half a minute after the minute, whether or not the next one trades, and once', () => {
    const h = harness([series('AAPL', [100, 100, null, 100])], { publishTicks: true, tapeErrorChance: 1 });
    const seen: [number, number][] = [];
    while (h.exchange.now() < at(6)) {
      h.exchange.advance(h.exchange.nextEventAt() ?? at(6));
      for (const event of h.events()) if (event.kind === 'updatedBar') seen.push([event.bar.startsAt - OPEN, h.exchange.now() - OPEN]);
    }
    expect(seen).toEqual([
      [0, 90_000],
      [60_000, 150_000],
      [180_000, 270_000],
    ]);
  });

  it('come after a restart, too', () => {
    const make = () => harness([series('AAPL', flat(100, 3))], { publishTicks: true, tapeErrorChance: 1 });
    const [before, after] = [make(), make()];
    before.exchange.advance(at(1, 10_000));
    after.exchange.restore(before.exchange.snapshot());
    before.events();
    for (const h of [before, after]) h.exchange.advance(at(1, 31_000));
    expect(after.events()).toEqual(before.events());
    expect(after.exchange.now()).toBe(before.exchange.now());
  });
});
