/** The random market: the same by the same seed, true candles, real calendars, and tradable. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barFault } from '#server/domain/bar.ts';
import { newYorkDate, newYorkMinute } from '#server/domain/new-york.ts';
import { randomMarket } from '#server/exchange/random-market.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { lastTradingDay } from '#server/exchange/wire/random-source.ts';
import { harness, market } from './harness.ts';

const options = { seed: 7, stocks: 3, from: '2025-11-26', days: 2 } as const;

describe('a random market', () => {
  it('is the same by the same seed, another by another, and no symbol minds the others', () => {
    const one = randomMarket(options);
    expect(randomMarket(options)).toEqual(one);
    expect(randomMarket({ ...options, seed: 8 }).series[0]?.bars).not.toEqual(one.series[0]?.bars);
    expect(randomMarket({ ...options, stocks: ['QQQ', 'RAAB'] }).series[1]?.bars).toEqual(one.series[1]?.bars);
  });

  it('keeps holidays and half days, and the hours of its kind', () => {
    const { series, earlyCloses } = randomMarket({ ...options, stocks: ['AAA'], pairs: ['BTC/USD'] });
    const [stock, pair] = series;
    expect([...new Set(stock?.bars.map((bar) => newYorkDate(bar.startsAt)))]).toEqual(['2025-11-26', '2025-11-28']);
    expect(earlyCloses).toEqual({ '2025-11-28': '13:00' });
    const minutes = (date: string) =>
      stock?.bars.filter((bar) => newYorkDate(bar.startsAt) === date).map((bar) => newYorkMinute(bar.startsAt)) ?? [];
    expect([minutes('2025-11-28')[0], Math.max(...minutes('2025-11-28')) < 780]).toEqual([570, true]);
    expect(pair?.bars.length).toBe(3 * 1_440);
    const wide = randomMarket({ ...options, stocks: ['AAA'], extendedHours: true }).series[0]?.bars ?? [];
    expect(Math.min(...wide.map((bar) => newYorkMinute(bar.startsAt)))).toBeLessThan(5 * 60);
  });

  it('has true candles, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom('A', 'B', 'Z') }), (seed, name) => {
        const { series, daily } = randomMarket({ seed, stocks: [name], pairs: ['BTC/USD'], from: '2025-01-06', days: 1, historyDays: 5 });
        for (const { bars } of [...series, ...(daily ?? [])]) for (const bar of bars) expect(barFault(bar)).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it('can be traded in, and knows the days before', () => {
    const h = harness(makeTape(randomMarket({ ...options, stocks: 2, historyDays: 30 })));
    h.exchange.advance(h.exchange.startsAt);
    const begun = (h.exchange.startsAt + 10 * 60_000) as typeof h.exchange.startsAt;
    expect(h.order(h.submit(market('RAAA', 'buy', '1'), begun).body.id).status).toBe('filled');
    const query = { what: 'bars', market: 'stocks', symbols: ['RAAA'], single: true, timeframe: '1Day', adjustments: [] } as const;
    const { body } = h.ask({ kind: 'getData', query: { ...query, limit: 100, direction: 'asc', start: 0 as typeof begun } });
    expect(body.bars.length).toBe(31);
    const weeks = h.ask({
      kind: 'getData',
      query: { ...query, timeframe: '1Week', limit: 100, direction: 'asc', start: 0 as typeof begun },
    }).body;
    expect(weeks.bars.reduce((sum: number, bar: { v: number }) => sum + bar.v, 0)).toBe(
      body.bars.reduce((sum: number, bar: { v: number }) => sum + bar.v, 0),
    );
  });

  it('begins where the well-known ones were, so that limits written for the real market do what they did', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { series } = randomMarket({ ...options, seed, stocks: ['AAPL', 'ZZZZ'], pairs: ['BTC/USD'], days: 1 });
        const [apple, other, coin] = series.map(({ bars }) => bars[0]?.open ?? 0);
        expect(Math.abs((apple ?? 0) / 240 - 1)).toBeLessThan(0.12);
        expect(Math.abs((coin ?? 0) / 97_000 - 1)).toBeLessThan(0.12);
        expect(other).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  });

  it('knows the days before of pairs too: ccxt and the crypto clients ask for a month of daily bars', () => {
    const { daily } = randomMarket({ ...options, stocks: 1, pairs: ['BTC/USD'], historyDays: 30 });
    const coin = daily?.find(({ instrument }) => instrument.symbol === 'BTC/USD');
    expect(coin?.bars.map(({ startsAt }) => new Date(startsAt).toISOString()).at(0)).toBe('2025-10-27T00:00:00.000Z');
    expect(coin?.bars.at(-1)?.endsAt).toBe(Date.parse('2025-11-26T00:00:00Z'));
    expect(coin?.bars.length).toBe(30);
  });

  it('may begin today, or on the last day before on which stocks were traded', () => {
    expect(lastTradingDay(Date.parse('2025-11-26T23:00:00Z'))).toBe('2025-11-26');
    expect(lastTradingDay(Date.parse('2025-11-27T03:00:00Z'))).toBe('2025-11-26');
    expect(lastTradingDay(Date.parse('2025-11-27T18:00:00Z'))).toBe('2025-11-26');
    expect(lastTradingDay(Date.parse('2025-11-30T18:00:00Z'))).toBe('2025-11-28');
  });

  it('refuses what it can not make', () => {
    expect(() => randomMarket({ ...options, stocks: 0 })).toThrow('at least one');
    expect(() => randomMarket({ ...options, from: 'today' })).toThrow('write a date');
    expect(() => randomMarket({ ...options, days: 0 })).toThrow('whole number');
    expect(() => randomMarket({ ...options, stocks: 10_000, days: 252 })).toThrow('too many');
  });
});
