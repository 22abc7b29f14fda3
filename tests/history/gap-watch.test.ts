/** Gaps that are seen chunk by chunk are those that are seen at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endsOf } from '#server/domain/bar-spacing.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { DAY, MINUTE } from '#server/domain/timeframe.ts';
import { GapWatch } from '#server/history/verify/gap-watch.ts';
import { DEFAULT_MAX_GAP_MS, findGaps } from '#server/history/verify/gaps.ts';

const OPEN = Date.UTC(2024, 0, 2, 14, 30);
/** Three sessions of New York. */
const SESSIONS = [0, 1, 2].flatMap((day) => Array.from({ length: 390 }, (_, minute) => OPEN + day * DAY_MS + minute * 60_000));

const seenIn = (symbol: string, timeframe: typeof MINUTE, chunks: readonly (readonly number[])[]) => {
  const watch = new GapWatch(symbol);
  for (const chunk of chunks) watch.push({ startsAt: Float64Array.from(chunk), length: chunk.length, timeframe });
  return watch.seen();
};

test.each(['SPY', 'BTC/USD'])('whatever the chunks: %s', (symbol) => {
  const calendar = symbol === 'SPY' ? 'nyse' : 'always';
  const hole = fc.tuple(fc.integer({ min: 1, max: 1100 }), fc.integer({ min: 1, max: 120 }));
  fc.assert(
    fc.property(fc.array(hole, { maxLength: 4 }), fc.integer({ min: 1, max: 700 }), (holes, size) => {
      const kept = SESSIONS.filter((_, nth) => !holes.some(([from, length]) => nth >= from && nth < from + length));
      const startsAt = Float64Array.from(kept);
      const endsAt = endsOf(startsAt, MINUTE, Number.POSITIVE_INFINITY);
      const complete = [{ from: startsAt[0]!, to: endsAt[kept.length - 1]! }];
      const maxGapMs = DEFAULT_MAX_GAP_MS[calendar];
      const gaps = findGaps({ startsAt, length: kept.length }, { timeframe: MINUTE, calendar, complete, maxGapMs });
      const chunks = Array.from({ length: Math.ceil(kept.length / size) }, (_, nth) => kept.slice(nth * size, (nth + 1) * size));
      expect(seenIn(symbol, MINUTE, chunks)).toEqual({ count: gaps.length, first: gaps[0] });
    }),
    { numRuns: 60 },
  );
});

test('a day that is left out, a holiday that is none, and a market that is not New York', () => {
  const day = (nth: number): number => Date.UTC(2024, 0, nth);
  // The 15th is Martin Luther King's day, the 17th a Wednesday.
  expect(seenIn('SPY', DAY, [[day(12), day(16)]])).toEqual({ count: 0, first: undefined });
  expect(seenIn('SPY', DAY, [[day(12), day(16)], [day(18)]]).count).toBe(1);
  // A bar of a Sunday: of another market, whose hours nobody knows.
  expect(seenIn('EURUSD', DAY, [[day(12), day(18)], [day(21)]]).count).toBe(0);
});
