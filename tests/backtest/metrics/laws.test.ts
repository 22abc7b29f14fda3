/** Laws that hold for the metrics of every curve. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawdownProfile, drawdownSeries } from '#server/backtest/metrics/drawdown.ts';
import { sampleVariance } from '#server/backtest/metrics/moments.ts';
import { periodReturns } from '#server/backtest/metrics/returns.ts';
import { type Metrics, measure, type Summary } from '#server/backtest/metrics/summary.ts';
import { sum } from '#server/backtest/metrics/sums.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { every, positiveCurve, weekdays } from './curves.ts';

describe('laws', () => {
  const curves = positiveCurve();
  const finite = (summary: Summary): void => {
    for (const [name, value] of Object.entries(summary)) {
      if (typeof value === 'number') expect({ name, finite: Number.isFinite(value) }).toEqual({ name, finite: true });
    }
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  };

  test('a figure is a finite number or null, whatever the curve', () => {
    const any = fc.array(
      fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }), fc.constantFrom(0, 1, -1, 1e-300)),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(any, any, (equity, other) => finite(measure({ curve: weekdays(equity), trades: [] }, { benchmark: weekdays(other) }))),
    );
    fc.assert(
      fc.property(any, fc.double({ min: 0.1, max: 1e5, noNaN: true }), (equity, periodsPerYear) =>
        finite(measure({ curve: every(MINUTE_MS, equity) }, { periodsPerYear })),
      ),
    );
  });

  test('the size of the account does not matter', () => {
    const dollars = new Set(['startEquity', 'endEquity', 'peakEquity']);
    fc.assert(
      fc.property(curves, fc.integer({ min: -20, max: 20 }), (equity, power) => {
        const [one, other] = [equity, equity.map((value) => value * 2 ** power)].map((values) => measure({ curve: weekdays(values) }));
        for (const name of Object.keys(one!))
          if (!dollars.has(name)) expect(other![name as keyof Metrics]).toEqual(one![name as keyof Metrics]);
      }),
    );
  });

  test('drawdowns are between −1 and 0, and the indices follow from them', () => {
    fc.assert(
      fc.property(curves, (equity) => {
        const { maxDrawdown, averageDrawdown, currentDrawdown, ulcerIndex, painIndex } = measure({ curve: weekdays(equity) });
        expect(maxDrawdown).toBeLessThanOrEqual(0);
        expect(maxDrawdown).toBeGreaterThan(-1);
        expect(averageDrawdown).toBeGreaterThanOrEqual(maxDrawdown!);
        expect(currentDrawdown).toBeGreaterThanOrEqual(maxDrawdown!);
        expect(ulcerIndex! - 1e-12).toBeLessThanOrEqual(-maxDrawdown!);
        expect(painIndex! - 1e-12).toBeLessThanOrEqual(ulcerIndex!);
      }),
    );
  });

  test('each drawdown lies between two points of its peak’s height, and together they hold every point below', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }), (equity) => {
        const depths = drawdownSeries(equity)!;
        const { falls } = drawdownProfile({ equity })!;
        const within = new Set(
          falls.flatMap(({ peak, recovery = equity.length }) => Array.from({ length: recovery - peak - 1 }, (_, nth) => peak + 1 + nth)),
        );
        depths.forEach((depth, nth) => {
          expect(depth).toBe(equity[nth]! / Math.max(...equity.slice(0, nth + 1)) - 1);
          expect(within.has(nth)).toBe(depth < 0);
        });
        for (const { peak, trough, recovery, depth } of falls) {
          expect(depths[peak]).toBe(0);
          expect(depth).toBe(Math.min(...depths.slice(peak, recovery)));
          expect(depths[trough]).toBe(depth);
          if (recovery !== undefined) expect(equity[recovery]).toBeGreaterThanOrEqual(equity[peak]!);
        }
      }),
    );
  });

  test('returns make up the whole, and the shortfall lies below the value at risk', () => {
    fc.assert(
      fc.property(curves, (equity) => {
        const { totalReturn, valueAtRisk, expectedShortfall, worstPeriod } = measure({ curve: weekdays(equity) });
        const product = periodReturns(equity)!.reduce((all, one) => all * (1 + one), 1);
        expect(Math.abs(product - 1 - totalReturn!)).toBeLessThan(1e-9 * product);
        expect(expectedShortfall! - 1e-12).toBeLessThanOrEqual(valueAtRisk!);
        expect(worstPeriod! - 1e-12).toBeLessThanOrEqual(expectedShortfall!);
      }),
    );
  });

  test('what is its own benchmark has beta 1, no alpha and no tracking error', () => {
    fc.assert(
      fc.property(curves, (equity) => {
        const curve = weekdays(equity);
        const { beta, alpha, trackingError, volatility } = measure({ curve }, { benchmark: curve });
        if (volatility === null || volatility < 1e-3) return;
        expect(beta).toBeCloseTo(1, 9);
        expect(alpha).toBeCloseTo(0, 9);
        expect(trackingError).toBe(0);
      }),
    );
  });

  test('sums keep what addition loses', () => {
    expect(sum([1e16, 1, -1e16, 1])).toBe(2);
    expect(sum(new Float64Array(1_000_000).fill(0.1))).toBe(100_000);
    // A million, and as much again above and below it: two passes see a deviation of 1, sums of squares see none.
    expect(sampleVariance([1e9 - 1, 1e9, 1e9 + 1])).toBe(1);
  });
});
