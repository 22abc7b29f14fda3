/** How far a Sharpe ratio can be believed: the papers' own examples, tables of the normal distribution, and laws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalCumulative, normalQuantile } from '#server/backtest/metrics/normal.ts';
import { rollingSharpe } from '#server/backtest/metrics/rolling.ts';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from '#server/backtest/metrics/significance.ts';

describe('the normal distribution', () => {
  // NIST/SEMATECH e-Handbook, table of the cumulative distribution; the outer ones from Abramowitz & Stegun, table 26.2.
  test.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [-1, 0.158655253931457],
    [1.959963984540054, 0.975],
    [2.5, 0.993790334674224],
    [3, 0.99865010196837],
    [4, 0.999968328758167],
    [-5, 2.86651571879194e-7],
    [-6, 9.865876450377e-10],
  ] as const)('Φ(%d) is %d', (x, probability) => {
    expect(Math.abs(normalCumulative(x) - probability)).toBeLessThan(1e-14 + probability * 1e-12);
  });

  test.each([
    [0.5, 0],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.05, -1.6448536269514722],
    [0.999, 3.090232306167813],
    [1e-6, -4.753424308822899],
  ] as const)('Φ⁻¹(%d) is %d', (probability, x) => {
    expect(normalQuantile(probability)).toBeCloseTo(x, 11);
  });

  test('one is the inverse of the other, and nothing is the quantile of certainty', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 4, noNaN: true }), (x) => {
        expect(normalQuantile(normalCumulative(x))).toBeCloseTo(x, 9);
      }),
    );
    expect(() => normalQuantile(1)).toThrow('not a probability');
  });
});

describe('the papers’ examples', () => {
  /** The Sharpe Ratio Efficient Frontier (2012): 24 monthly returns with a Sharpe ratio of 0.458 a month. */
  test('a hedge fund’s two years: 0.982 if returns were normal, 0.913 as they are', () => {
    const sample = { sharpe: 0.458, count: 24 };
    expect(probabilisticSharpe({ ...sample, skew: 0, kurtosis: 3 })).toBeCloseTo(0.982, 3);
    expect(probabilisticSharpe({ ...sample, skew: -2.448, kurtosis: 10.164 })).toBeCloseTo(0.913, 3);
  });

  /** The same: believing at 95 % that a yearly Sharpe ratio of 2 is above 1 takes 2.73 years of days, 2.83 of weeks, 3.24 of months. */
  test.each([
    [252, 2.73],
    [52, 2.83],
    [12, 3.24],
  ] as const)('with %d periods a year it takes %d years', (perYear, years) => {
    const sample = { sharpe: 2 / Math.sqrt(perYear), count: 0, skew: 0, kurtosis: 3 };
    expect(minimumTrackRecord(sample, 1 / Math.sqrt(perYear))! / perYear).toBeCloseTo(years, 2);
  });

  /** The Deflated Sharpe Ratio (2014): the best of 100 strategies, 1250 days, Sharpe ratio 2.5 a year of 250 days, variance of the trials ½. */
  test('a discovery among a hundred trials: 0.1132 is expected of luck, 0.9004 is left', () => {
    const trials = { count: 100, variance: 0.5 / 250 };
    const sample = { sharpe: 2.5 / Math.sqrt(250), count: 1250, skew: -3, kurtosis: 10 };
    expect(expectedMaximumSharpe(trials)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(sample, trials)).toBeCloseTo(0.9004, 4);
    // With 46 trials it would just have passed.
    expect(deflatedSharpe(sample, { ...trials, count: 46 })).toBeCloseTo(0.9505, 4);
  });
});

describe('laws', () => {
  const samples = fc.record({
    sharpe: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    count: fc.integer({ min: 20, max: 5000 }),
    skew: fc.double({ min: -1, max: 1, noNaN: true }),
    kurtosis: fc.double({ min: 3, max: 12, noNaN: true }),
  });

  test('one trial deflates nothing, more deflate more', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 2, max: 1000 }), (sample, count) => {
        const variance = 0.001;
        const [one, some, more] = [1, count, count + 1].map((trials) => deflatedSharpe(sample, { count: trials, variance })!);
        expect(one).toBe(probabilisticSharpe(sample));
        expect(some).toBeLessThanOrEqual(one!);
        expect(more).toBeLessThanOrEqual(some!);
      }),
    );
  });

  test('after its minimum track record a Sharpe ratio is believed at 95 %', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const count = minimumTrackRecord(sample);
        if (sample.sharpe <= 0) expect(count).toBeNull();
        if (count !== null && count < 1e12) expect(probabilisticSharpe({ ...sample, count })).toBeCloseTo(0.95, 9);
      }),
    );
  });

  test('returns without deviation have no Sharpe ratio to believe', () => {
    expect(sharpeSample([0.01, 0.01, 0.01])).toBeNull();
    expect(sharpeSample([0.01])).toBeNull();
  });
});

test('the rolling Sharpe ratio: a window of half a year, and of a quarter of a short curve', () => {
  const returns = Float64Array.from({ length: 400 }, (_, nth) => (nth % 2 === 0 ? 0.02 : -0.01));
  const { window, values } = rollingSharpe(returns, 252)!;
  expect([window, values.length]).toEqual([100, 301]);
  // Half +2 %, half −1 %: mean 0.005, sample deviation 0.015·√(100/99).
  expect(values[7]).toBeCloseTo(((0.005 / 0.015) * Math.sqrt(252)) / Math.sqrt(100 / 99), 9);
  expect(rollingSharpe(returns.subarray(0, 600), 40)!.window).toBe(20);
  expect(rollingSharpe(returns.subarray(0, 30), 252)).toBeUndefined();
});
