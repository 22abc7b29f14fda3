/** Each method of sizing: golden values, what it refuses, and what holds of all of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatFixed, type Money, parseMoney, toNumber, UNIT } from '#server/domain/money.ts';
import type { Kelly, MeasurePlan, SizingPolicy } from '#server/domain/sizing.ts';
import { plus } from '#server/domain/time.ts';
import { DAY, MINUTE, parseTimeframe } from '#server/domain/timeframe.ts';
import { stopDistanceOf } from '#server/risk/exit-levels.ts';
import { WEEK_MS } from '#server/risk/sizing/kelly-step.ts';
import { partOf, type SizingCase, shown } from '#server/risk/sizing/method.ts';
import { ceilingOf, periodsPerYear, wishOf } from '#server/risk/sizing/wish.ts';
import { policy as exits } from '#tests/engine/exits-bench.ts';
import { NOON } from '#tests/support/builders.ts';
import { record } from './records.ts';

const measure: MeasurePlan = { kind: 'averageTrueRange', period: 20, timeframe: DAY, decay: 0 };
const unitRisk = { gapRanges: 1, costPercent: 0, maxFraction: 1, measure };
const FIXED_RISK: SizingPolicy = { kind: 'fixedRisk', riskPercent: 0.5, ...unitRisk };
const KELLY: Kelly = {
  ...{ kind: 'kelly', multiplier: 0.25, minTrades: 50, minRiskPercent: 0.25, maxRiskPercent: 2 },
  ...{ maxStepPercent: 25, maxTotalRiskPercent: 6, ...unitRisk },
};
const VOLATILITY: SizingPolicy = { kind: 'volatilityTarget', annualPercent: 10, floorPercent: 8, maxLeverage: 1.5, measure };
const ATR: SizingPolicy = { kind: 'atrRisk', riskPercent: 1, ranges: 2, maxFraction: 1, measure };

/** $100,000 at $100, a stop $2 away, an average true range of $1.50, a daily volatility of one percent; Kelly has come as far as it may. */
const question = (changes: Partial<SizingCase> = {}): SizingCase => ({
  capital: parseMoney('100000'),
  price: 100,
  stopDistance: 2,
  measured: 1.5,
  periodsPerYear: 252,
  results: [],
  step: { percent: 100, since: NOON },
  now: NOON,
  equity: parseMoney('100000'),
  openRisk: 0,
  ...changes,
});

const dollars = (policy: SizingPolicy, changes: Partial<SizingCase> = {}): string => {
  const wish = wishOf(policy, question(changes));
  return typeof wish === 'string' ? wish : formatFixed(wish.value);
};

describe('golden values', () => {
  test.each<[string, SizingPolicy, Partial<SizingCase>, string]>([
    ['a tenth', { kind: 'fixedFraction', fraction: 0.1 }, {}, '10000'],
    ['one of eight', { kind: 'equalWeight', positions: 8 }, {}, '12500'],
    ['one of three is rounded down', { kind: 'equalWeight', positions: 3 }, {}, '33333.3333'],
    ['1500 dollars', { kind: 'fixedNotional', notional: parseMoney('1500'), maxFraction: 1 }, {}, '1500'],
    // $500 at risk over $2 are 250 shares.
    ['half a percent over a stop two dollars away', FIXED_RISK, {}, '25000'],
    ['the gap counts where the stop is nearer', FIXED_RISK, { stopDistance: 0.5, measured: 2.5 }, '20000'],
    ['and does not without a gap allowance', { ...FIXED_RISK, gapRanges: 0 }, { stopDistance: 0.5, measured: Number.NaN }, '100000'],
    ['half of it with half a gap allowance', { ...FIXED_RISK, gapRanges: 0.5 }, { stopDistance: 0.5, measured: 2 }, '50000'],
    ['costs are part of the risk', { ...FIXED_RISK, costPercent: 0.5 }, {}, '20000'],
    // $1000 over 2 × $1.50 are 333⅓ shares.
    ['the unit of the Turtles', ATR, {}, '33333.3333'],
    ['half of that for half of the capital', ATR, { capital: parseMoney('50000') }, '16666.66665'],
    // 1 % a day is 15.87 % a year.
    ['ten percent a year of what swings by sixteen', VOLATILITY, { measured: 0.01 }, '62994.0788'],
    ['a quiet series counts as the floor', VOLATILITY, { measured: 0.0001 }, '125000'],
    ['and no position is beyond the leverage', { ...VOLATILITY, floorPercent: 1 }, { measured: 0.0001 }, '150000'],
    ['a stale one too', VOLATILITY, { measured: 0 }, '125000'],
  ])('%s', (_, policy, changes, value) => {
    expect(dollars(policy, changes)).toBe(value);
  });
});

describe('Kelly', () => {
  test('puts the least at risk while there are fewer than fifty trades', () => {
    expect(dollars(KELLY)).toBe('12500');
    expect(dollars(KELLY, { results: record(49, 2, 0, 1) })).toBe('12500');
    expect(dollars(KELLY, { results: record(50, 2, 0, 1) })).toBe('100000');
  });

  test('takes a quarter of the shrunk fraction at the lower bound, as risk and not as value', () => {
    const results = record(550, 1, 450, 1);
    // 2 × 0.52977 − 1 = 0.05954, of which 0.90992 × 0.25 is taken: 1.35 % of $100,000 over $2.
    const value = Number(dollars(KELLY, { results }));
    expect(value / 100).toBeCloseTo((100_000 * 0.25 * 0.90992 * (2 * 0.529774 - 1)) / 2, 0);
    expect(Number(dollars({ ...KELLY, multiplier: 0.125 }, { results }))).toBeCloseTo(value / 2, 3);
  });

  test('gives no size, and not the least one, where no edge is proven', () => {
    for (const results of [record(55, 1, 45, 1), record(25, 1, 25, 1), record(0, 1, 60, 1), record(60, 0, 0, 1)])
      expect(dollars(KELLY, { results })).toMatch(/^nothing is to be risked \(\d+ trades, /);
  });

  test('is held back by its cap after wins alone', () => {
    expect(dollars({ ...KELLY, maxFraction: 10 }, { results: record(500, 3, 0, 1) })).toBe('100000');
    expect(dollars({ ...KELLY, maxRiskPercent: 1 }, { results: record(500, 3, 0, 1) })).toBe('50000');
  });

  test('rises by a quarter of itself a week, and a lower record counts at once', () => {
    const results = record(500, 3, 0, 1);
    const valueAfter = (weeks: number, percent = 0.25) =>
      dollars({ ...KELLY, maxFraction: 10 }, { results, step: { percent, since: NOON }, now: plus(NOON, weeks * WEEK_MS) });
    expect([0, 0.99, 1, 1.99, 2, 9, 10, 1e6].map((weeks) => valueAfter(weeks))).toEqual([
      '12500',
      '12500',
      '15625',
      '15625',
      '19531.25',
      '93132.2574',
      '100000',
      '100000',
    ]);
    expect(valueAfter(-3)).toBe('12500');
    const wish = wishOf(KELLY, question({ results, step: { percent: 0.5, since: NOON } }));
    expect(typeof wish === 'string' ? wish : wish.because).toMatch(
      /^0\.5 % at risk \(500 trades, .*, at most 2 %; of 2 % by the weekly step\) over/,
    );
    expect(dollars(KELLY, { results, step: undefined }), 'nothing noted yet').toBe('12500');
    const reached = wishOf(KELLY, question({ results, step: { percent: 2, since: NOON } }));
    expect(typeof reached === 'string' ? reached : reached.because, 'the step does not hold back what it has reached').toMatch(
      /^2 % at risk \(500 trades, .*, at most 2 %\) over/,
    );
  });

  test('shares one budget with all that Kelly sizes', () => {
    const results = record(500, 3, 0, 1);
    // Six percent of $100,000 for all, 2 % wanted, 0.25 % at least.
    expect([0, 4_000, 5_000, 5_750].map((openRisk) => dollars(KELLY, { results, openRisk }))).toEqual([
      '100000',
      '100000',
      '50000',
      '12500',
    ]);
    for (const openRisk of [5_751, 6_000, 9_000])
      expect(dollars(KELLY, { results, openRisk })).toMatch(
        /^nothing is to be risked: -?[\d.]+ % of the capital are left of 6 % of the equity/,
      );
    expect(dollars(KELLY, { results, openRisk: Number.NaN })).toBe('what Kelly has at risk already is not known');
    expect(dollars(KELLY, { openRisk: 5_900 }), 'also before the record is proven').toMatch(/^nothing is to be risked: 0\.1 % /);
    const half = { results, capital: parseMoney('50000'), openRisk: 5_500 };
    expect(dollars(KELLY, half), '1 % of half of the account').toBe('25000');
  });

  test('says which record, and what was taken of it', () => {
    const wish = wishOf(KELLY, question({ results: record(600, 1, 400, 1) }));
    expect(typeof wish === 'string' ? wish : wish.because).toMatch(
      /^2 % at risk \(1000 trades, win rate 0\.6 \(at least 0\.5799\d+\), payoff 1: Kelly 0\.1599\d+ × shrinkage 0\.97\d+ × 0\.25, at most 2 %\) over \$2 a unit \(stop \$2 away, average true range \$1\.5\)$/,
    );
    expect(dollars(KELLY, { results: [...record(59, 1, 40, 1), Number.NaN] })).toBe('the result of a closed trade is not a number');
  });
});

describe('what is not known denies', () => {
  test.each<[string, SizingPolicy, Partial<SizingCase>, string]>([
    ['no stop', FIXED_RISK, { stopDistance: Number.NaN }, 'how far its stop will be is not known'],
    ['no range for the gap', FIXED_RISK, { measured: Number.NaN }, 'the gap allowance goes by is not known'],
    ['no stop for Kelly', KELLY, { stopDistance: Number.NaN }, 'how far its stop will be is not known'],
    ['no range', ATR, { measured: Number.NaN }, 'the average true range that the size goes by is not known'],
    ['no volatility', VOLATILITY, { measured: Number.NaN }, 'the volatility that the size goes by is not known'],
    ['no year', VOLATILITY, { periodsPerYear: Number.NaN }, 'can not be worked out'],
  ])('%s', (_, policy, changes, why) => {
    expect(dollars(policy, changes)).toContain(why);
  });

  test('a risk of nothing bought as much as the caps let: it denies, and a price of nothing buys nothing', () => {
    expect(dollars(ATR, { measured: 0 })).toContain('can not be worked out');
    const bare = { ...FIXED_RISK, gapRanges: 0, costPercent: 0 };
    expect(dollars(bare, { stopDistance: 0 })).toContain('can not be worked out');
    expect(Number(dollars(ATR, { measured: 1e-9 })), 'of next to nothing the cap holds it back').toBeGreaterThan(100_000);
    expect(dollars(ATR, { price: 0 })).toContain('nothing is to be risked');
  });
});

test('the stop is the nearest of those that are there from the beginning', () => {
  expect(stopDistanceOf(undefined, 100, 1)).toBeNaN();
  expect(stopDistanceOf(exits({ takeProfit: { percent: 1 }, breakEven: { percent: 1 } }), 100, 1)).toBeNaN();
  expect(stopDistanceOf(exits({ stopLoss: { percent: 3 } }), 50, 1)).toBe(1.5);
  expect(stopDistanceOf(exits({ stopLoss: { percent: 3 }, trailingStop: { ranges: 2 } }), 100, 1)).toBe(2);
  expect(stopDistanceOf(exits({ stopLoss: { percent: 3 }, trailingStop: { ranges: 2 } }), 100, Number.NaN)).toBeNaN();
});

test('a year of stocks has 252 sessions of 390 minutes, one of crypto 365 whole days', () => {
  expect([DAY, parseTimeframe('1Hour')!, MINUTE].map((one) => periodsPerYear(one, 'us_equity'))).toEqual([252, 1638, 98_280]);
  expect([DAY, parseTimeframe('1Hour')!, MINUTE].map((one) => periodsPerYear(one, 'crypto'))).toEqual([365, 8_760, 525_600]);
});

test('the ceiling is that of the method', () => {
  expect([{ ...FIXED_RISK, maxFraction: 0.4 }, VOLATILITY, { kind: 'equalWeight', positions: 2 } as const].map(ceilingOf)).toEqual([
    0.4, 1.5, 1,
  ]);
});

describe('of all methods', () => {
  const positive = (max: number) => fc.double({ min: 1e-6, max, noNaN: true });
  const policies: fc.Arbitrary<SizingPolicy> = fc.oneof(
    fc.record({ kind: fc.constant('fixedFraction' as const), fraction: positive(1) }),
    fc.record({ kind: fc.constant('equalWeight' as const), positions: fc.integer({ min: 1, max: 50 }) }),
    fc
      .record({ riskPercent: positive(5), gapRanges: fc.double({ min: 0, max: 3, noNaN: true }) })
      .map((some) => ({ ...FIXED_RISK, ...some })),
    fc.record({ multiplier: positive(0.5), maxRiskPercent: positive(2) }).map((some) => ({ ...KELLY, ...some })),
    fc.record({ riskPercent: positive(5), ranges: positive(10) }).map((some) => ({ ...ATR, ...some })),
    fc.record({ annualPercent: positive(100), maxLeverage: positive(4) }).map((some) => ({ ...VOLATILITY, ...some })),
  );
  const cases = fc.record({
    price: positive(10_000),
    stopDistance: positive(100),
    measured: positive(10),
    results: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { maxLength: 120 }),
  });
  const capital = fc.bigInt({ min: 0n, max: 10n ** 18n });
  const worthOf = (policy: SizingPolicy, changes: Partial<SizingCase>): bigint => {
    const wish = wishOf(policy, question(changes));
    return typeof wish === 'string' ? 0n : wish.value;
  };

  test('more capital never gives less', () => {
    fc.assert(
      fc.property(policies, cases, capital, capital, (policy, changes, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const [small, large] = [less, more].map((one) => worthOf(policy, { ...changes, capital: one as Money, equity: one as Money }));
        expect(small! <= large!).toBe(true);
      }),
    );
  });

  test('what the stop can lose is what was meant to be at risk, and never more', () => {
    fc.assert(
      fc.property(cases, positive(5), capital, (changes, riskPercent, of) => {
        const value = toNumber(worthOf({ ...FIXED_RISK, riskPercent }, { ...changes, capital: of as Money }));
        const lost = (value / changes.price) * Math.max(changes.stopDistance, changes.measured);
        expect(lost).toBeLessThanOrEqual(((Number(of) / Number(UNIT)) * riskPercent * (1 + 1e-9)) / 100);
      }),
    );
  });

  test('Kelly never puts more at risk than its cap, its step and its budget, whatever the record', () => {
    fc.assert(
      fc.property(cases, positive(2), positive(2), positive(10_000), (changes, maxRiskPercent, reached, openRisk) => {
        const policy = { ...KELLY, minRiskPercent: Math.min(0.25, maxRiskPercent), maxRiskPercent };
        const value = toNumber(worthOf(policy, { ...changes, step: { percent: reached, since: NOON }, openRisk }));
        const lost = (value / changes.price) * Math.max(changes.stopDistance, changes.measured);
        const most = changes.results.length < 50 ? policy.minRiskPercent : Math.min(maxRiskPercent, reached);
        expect(lost).toBeLessThanOrEqual(((100_000 * most) / 100) * (1 + 1e-9));
        expect(lost).toBeLessThanOrEqual(Math.max(0, 6_000 - openRisk) * (1 + 1e-9));
      }),
    );
  });
});

test('a ratio beyond a million is an accident and counts as a million; all of the money is all of it', () => {
  expect(partOf(7n * UNIT, 999_999)).toBe(6_999_993n * UNIT);
  expect([partOf(7n * UNIT, 1_000_000), partOf(7n * UNIT, 1_500_000)]).toEqual([7_000_000n * UNIT, 7_000_000n * UNIT]);
  expect([partOf(123_456_789n, 1), partOf(123_456_789n, 2)]).toEqual([123_456_789n, 246_913_578n]);
});

test('a number is shown with six digits', () => {
  expect([1 / 3, 123_456.789, 0.25].map(shown)).toEqual(['0.333333', '123457', '0.25']);
});
