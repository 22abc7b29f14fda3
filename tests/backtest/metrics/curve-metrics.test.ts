/** Metrics of a curve: numbers that can be had by hand, and curves of which little can be said. */
import { describe, expect, test } from 'vitest';
import { FAMILIES, measure, type Summary } from '#server/backtest/metrics/summary.ts';
import { DAY_MS, MINUTE_MS } from '#server/domain/time.ts';
import { every, MONDAY, weekdays } from './curves.ts';

const close = (value: number) => expect.closeTo(value, 12);

describe('by hand: 100, 110, 99, 108.90', () => {
  /** Returns +10 %, −10 %, +10 %: mean 1/30, sample deviation 1/√75, lower half deviation 1/√300. */
  const summary = measure({ curve: weekdays([100, 110, 99, 108.9]) });

  test('returns', () => {
    expect(summary).toMatchObject({
      totalReturn: close(0.089),
      annualReturn: expect.closeTo(1.089 ** 84 - 1, 8),
      cagr: expect.closeTo(1.089 ** (365.25 / 3) - 1, 6),
      meanReturn: close(252 / 30),
      bestPeriod: close(0.1),
      worstPeriod: close(-0.1),
      periodWinRate: close(2 / 3),
      periodPayoff: close(1),
      periodKelly: close(1 / 3),
      activePeriods: 1,
      longestGainStreak: 1,
    });
  });

  test('risk', () => {
    expect(summary).toMatchObject({
      volatility: close(Math.sqrt(252 / 75)),
      downsideDeviation: close(Math.sqrt(252 / 300)),
      sharpe: close(Math.sqrt(21)),
      sortino: close(Math.sqrt(84)),
      omega: close(2),
      gainToPain: close(1),
      // Of a coin that shows heads two times of three.
      skewPopulation: close(-Math.SQRT1_2),
      kurtosisPopulation: close(-1.5),
      skew: close(-Math.sqrt(3)),
      kurtosis: null,
      // A tenth of the way from −10 % to +10 %.
      valueAtRisk: close(-0.08),
      expectedShortfall: close(-0.1),
    });
  });

  test('drawdown', () => {
    expect(summary).toMatchObject({
      maxDrawdown: close(-0.1),
      maxDrawdownDurationDays: 2,
      drawdowns: 1,
      averageDrawdown: close(-0.1),
      currentDrawdown: close(-0.01),
      ulcerIndex: close(Math.sqrt(0.0101 / 3)),
      painIndex: close(0.11 / 3),
      recoveryFactor: close(0.89),
      maxDrawdownFrom: '2024-01-09T00:00:00Z',
      maxDrawdownTrough: '2024-01-10T00:00:00Z',
      maxDrawdownRecovered: null,
    });
  });

  test('beside a benchmark that moves half as much, alpha is what is left', () => {
    const benchmark = weekdays([50, 52.5, 49.875, 52.36875]);
    expect(measure({ curve: weekdays([100, 110, 99, 108.9]) }, { benchmark })).toMatchObject({
      beta: close(2),
      alpha: close(0),
      correlation: close(1),
      benchmarkReturn: close(0.047375),
      trackingError: close(Math.sqrt(252 / 75) / 2),
      informationRatio: close(Math.sqrt(21)),
    });
  });

  test('a risk-free rate is taken off each return', () => {
    const riskFree = 1.05 ** 252 - 1;
    const rate = measure({ curve: weekdays([100, 110, 99, 108.9]) }, { riskFree });
    expect(rate.sharpe).toBeCloseTo((1 / 30 - 0.05) * Math.sqrt(75) * Math.sqrt(252), 10);
    expect(rate.omega).toBeCloseTo(0.1 / 0.15, 10);
    expect(rate.volatility).toBeCloseTo(summary.volatility!, 12);
  });
});

describe('little can be said', () => {
  const undefinedOf = (summary: Summary) => Object.entries(summary).flatMap(([name, value]) => (value === null ? [name] : []));

  test('of a flat curve', () => {
    const flat = measure({ curve: weekdays([7, 7, 7, 7, 7, 7]), trades: [] });
    expect(flat).toMatchObject({
      totalReturn: 0,
      cagr: 0,
      volatility: 0,
      maxDrawdown: 0,
      ulcerIndex: 0,
      painIndex: 0,
      valueAtRisk: 0,
      trades: 0,
    });
    expect(undefinedOf(flat)).toEqual(
      expect.arrayContaining(['sharpe', 'sortino', 'calmar', 'omega', 'skew', 'kurtosis', 'winRate', 'profitFactor', 'stability']),
    );
  });

  test('of one point', () => {
    const one = measure({ curve: weekdays([100]) });
    expect(one).toMatchObject({ totalReturn: 0, maxDrawdown: 0, cagr: null, volatility: null, sharpe: null, periods: 0, points: 1 });
  });

  test('of growth by the same share at each step: no Sharpe ratio of 10^14', () => {
    const steady = measure({ curve: weekdays(Array.from({ length: 100 }, (_, nth) => 100 * 1.001 ** nth)) });
    expect(steady).toMatchObject({ sharpe: null, sortino: null, skew: null, kurtosis: null, volatility: 0 });
    expect(steady.stability).toBeCloseTo(1, 9);
  });

  test.each([
    ['reaches zero', [100, 50, 0, 0], { totalReturn: -1, cagr: -1, maxDrawdown: -1, sharpe: null }],
    ['ends at zero', [100, 50, 0], { totalReturn: -1, cagr: -1, maxDrawdown: -1, worstPeriod: -1 }],
    ['goes below zero', [100, -50, 20], { totalReturn: close(-0.8), maxDrawdown: -1.5, sharpe: null, bestMonth: close(-0.8) }],
    ['ends below zero', [100, -50], { totalReturn: -1.5, cagr: null, annualReturn: null, maxDrawdown: -1.5 }],
    ['begins at zero', [0, 10, 20], { totalReturn: null, maxDrawdown: null, ulcerIndex: null, sharpe: null, bestMonth: null }],
  ] as const)('of one that %s', (_, equity, expected) => {
    const ruined = measure({ curve: weekdays([...equity]) });
    expect(ruined).toMatchObject(expected);
    expect(ruined.remarks.some((remark) => remark.startsWith('equity is zero or less at '))).toBe(true);
  });

  test('a rate or a number of periods that is none is refused', () => {
    expect(() => measure({ curve: weekdays([1, 2]) }, { periodsPerYear: 0 })).toThrow('periods per year are 0');
    expect(() => measure({ curve: weekdays([1, 2]) }, { riskFree: -1 })).toThrow('the risk-free rate is -1');
  });
});

describe('what a period is', () => {
  const wave = (count: number) => Array.from({ length: count }, (_, nth) => 100 + Math.sin(nth));

  test.each([
    ['weekdays', weekdays(wave(60)), 'day', 252],
    ['all days', every(DAY_MS, wave(60)), 'day', 365],
    ['four hours, day and night', every(4 * 60 * MINUTE_MS, wave(600)), 'day', 365],
    ['weeks', every(7 * DAY_MS, wave(60)), 'week', 52],
    ['months', every(30 * DAY_MS, wave(60)), 'month', 12],
    ['quarters', every(91 * DAY_MS, wave(60)), 'quarter', 4],
    ['years', every(365 * DAY_MS, wave(20)), 'year', 1],
    ['every third day', every(3 * DAY_MS, wave(20)), '3 days', 365.25 / 3],
  ] as const)('%s', (_, curve, period, periodsPerYear) => {
    expect(measure({ curve })).toMatchObject({ period, periodsPerYear });
  });

  test('returns of a minute curve are those of its daily closes, its drawdowns are of every minute', () => {
    const days = [0, 1].map((day) => MONDAY + day * DAY_MS + 870 * MINUTE_MS);
    const timestamp = Float64Array.from(days.flatMap((open) => [open, open + MINUTE_MS, open + 2 * MINUTE_MS]));
    const curve = { timestamp, equity: Float64Array.from([100, 50, 100, 101, 120, 110]) };
    expect(measure({ curve })).toMatchObject({ periods: 1, points: 6, bestPeriod: close(0.1), maxDrawdown: -0.5, period: 'day' });
    expect(measure({ curve }, { periodsPerYear: 98_280 })).toMatchObject({
      periods: 5,
      period: 'point',
      periodsPerYear: 98_280,
      worstPeriod: -0.5,
    });
  });

  test('the evening of an American Friday is no Saturday', () => {
    /** 14:30 to 19:59 in New York, in winter: the last hour is the next day by UTC. */
    const timestamp = Array.from({ length: 10 }, (_, day) => MONDAY + (Math.floor(day / 5) * 7 + (day % 5)) * DAY_MS).flatMap((midnight) =>
      Array.from({ length: 330 }, (_, minute) => midnight + (19.5 * 60 + minute) * MINUTE_MS),
    );
    const curve = { timestamp, equity: timestamp.map((_, nth) => 100 + (nth % 7)) };
    expect(measure({ curve })).toMatchObject({ periods: 9, periodsPerYear: 252 });
  });
});

test('every figure has its definition, and no definition is of nothing', () => {
  const defined = FAMILIES.flatMap(({ definitions }) => Object.keys(definitions));
  const summary = measure({ curve: weekdays([1, 2]) });
  const facts = Object.keys(summary).filter((name) => !defined.includes(name));
  expect(new Set(defined).size).toBe(defined.length);
  expect(defined.every((name) => name in summary)).toBe(true);
  expect(facts).toEqual([
    'from',
    'to',
    'points',
    'periods',
    'period',
    'periodsPerYear',
    'riskFree',
    'years',
    'startEquity',
    'endEquity',
    'peakEquity',
    'maxDrawdownFrom',
    'maxDrawdownTrough',
    'maxDrawdownRecovered',
    'remarks',
  ]);
});
