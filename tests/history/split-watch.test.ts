/** Jumps that are seen chunk by chunk are those that are seen at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS } from '#server/domain/time.ts';
import { DAY, MINUTE, type Timeframe } from '#server/domain/timeframe.ts';
import { SplitWatch } from '#server/history/verify/split-watch.ts';
import { splitFindings } from '#server/history/verify/splits.ts';

const FIRST = Date.UTC(2024, 0, 2, 5);

function seenIn(symbol: string, timeframe: Timeframe, closes: readonly number[], size: number, stepMs = DAY_MS) {
  const watch = new SplitWatch(symbol);
  for (let from = 0; from < closes.length; from += size) {
    const prices = Float64Array.from(closes.slice(from, from + size));
    const startsAt = Float64Array.from(prices, (_, nth) => FIRST + (from + nth) * stepMs);
    watch.push({ startsAt, open: prices, close: prices, length: prices.length, timeframe });
  }
  return watch.seen();
}

test('whatever the chunks', () => {
  const price = fc.integer({ min: 50, max: 400 });
  fc.assert(
    fc.property(fc.array(price, { minLength: 2, maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (closes, size) => {
      const prices = Float64Array.from(closes);
      const startsAt = Float64Array.from(prices, (_, nth) => FIRST + nth * DAY_MS);
      const rows = { length: prices.length, startsAt, open: prices, high: prices, low: prices, close: prices, volume: prices };
      const all = splitFindings(rows, DAY, false, []);
      expect(seenIn('AAPL', DAY, closes, size)).toEqual({ count: all.length, first: all[0] });
    }),
    { numRuns: 200 },
  );
});

test('four for one, and its inverse; not within a day, and never of a pair', () => {
  expect(seenIn('AAPL', DAY, [499.23, 127.58], 2).first?.detail).toBe('499.23 to 127.58 on 2024-01-03 looks like a split of 4:1');
  expect(seenIn('AAPL', DAY, [10, 100, 100], 1)).toMatchObject({ count: 1, first: { detail: expect.stringContaining('1:10') as string } });
  expect(seenIn('AAPL', MINUTE, [499.23, 127.58], 2, 60_000).count).toBe(0);
  expect(seenIn('BTC/USD', DAY, [499.23, 127.58], 2).count).toBe(0);
});
