/** The random market: the same by the same seed, true candles, real calendars, and tradable. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barFault } from '#server/domain/bar.ts';
import { newYorkDate, newYorkMinute } from '#server/domain/new-york.ts';
import { randomMarket } from '#server/exchange/random-market.ts';
import { makeTape } from '#server/exchange/tape.ts';
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

  it('refuses what it can not make', () => {
    expect(() => randomMarket({ ...options, stocks: 0 })).toThrow('at least one');
    expect(() => randomMarket({ ...options, from: 'today' })).toThrow('write a date');
    expect(() => randomMarket({ ...options, days: 0 })).toThrow('whole number');
    expect(() => randomMarket({ ...options, stocks: 10_000, days: 252 })).toThrow('too many');
  });
});
