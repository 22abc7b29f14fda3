/** Curves for the tests: by hand, or of chance. */
import fc from 'fast-check';
import type { Series } from '#server/backtest/metrics/sampling.ts';
import { DAY_MS } from '#server/domain/time.ts';

/** A Monday, so that five days on are a week of trading. */
export const MONDAY = Date.UTC(2024, 0, 8);

/** Weekdays from a Monday on. */
export const weekdays = (equity: readonly number[], from = MONDAY): Series => ({
  timestamp: Float64Array.from(equity, (_, nth) => from + (Math.floor(nth / 5) * 7 + (nth % 5)) * DAY_MS),
  equity: Float64Array.from(equity),
});

/** Every `step` milliseconds. */
export const every = (step: number, equity: readonly number[], from = MONDAY): Series => ({
  timestamp: Float64Array.from(equity, (_, nth) => from + nth * step),
  equity: Float64Array.from(equity),
});

/** Equity in cents above zero that moves by shares of itself. */
export const positiveCurve = (most = 200): fc.Arbitrary<number[]> =>
  fc
    .tuple(
      fc.integer({ min: 100, max: 10_000_000 }),
      fc.array(fc.double({ min: -0.4, max: 0.5, noNaN: true }), { minLength: 1, maxLength: most }),
    )
    .map(([cents, moves]) => {
      let equity = cents / 100;
      return [
        equity,
        ...moves.map((move) => {
          equity *= 1 + move;
          return equity;
        }),
      ];
    });
