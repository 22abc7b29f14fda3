/** Metrics of trades and exposure: by hand, by law, and where little is known. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposureMetrics } from '#server/backtest/metrics/exposure.ts';
import { type ClosedTrade, tradeMetrics } from '#server/backtest/metrics/trades.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { every, MONDAY } from './curves.ts';

const trade = (profit: number, changes: Partial<ClosedTrade> = {}): ClosedTrade => ({
  profit,
  commission: 1,
  entryValue: 1000,
  exitValue: 1000 + profit,
  enteredAt: MONDAY,
  exitedAt: MONDAY + DAY_MS,
  maxAdverse: -20,
  maxFavourable: 80,
  ...changes,
});

const close = (value: number) => expect.closeTo(value, 12);

test('by hand: +100, −50, +200, −50 on 1000 each', () => {
  const trades = [100, -50, 200, -50].map((profit, nth) => trade(profit, { exitedAt: MONDAY + (nth + 1) * DAY_MS }));
  expect(tradeMetrics(trades)).toEqual({
    trades: 4,
    winRate: 0.5,
    profitFactor: 3,
    profitFactorReturns: close(3),
    expectancy: 50,
    expectancyReturn: close(0.05),
    averageTradeReturn: close((1.1 * 0.95 * 1.2 * 0.95) ** 0.25 - 1),
    averageWin: 150,
    averageLoss: -50,
    payoffRatio: 3,
    bestTrade: close(0.2),
    worstTrade: close(-0.05),
    // Deviations 50, −100, 150, −100: 45,000 in squares.
    sqn: close(Math.sqrt(2 / 3)),
    sqnPopulation: close(Math.sqrt(8 / 9)),
    kelly: close(1 / 3),
    longestWinStreak: 1,
    longestLossStreak: 1,
    averageTradeDays: 2.5,
    longestTradeDays: 4,
    averageMae: close(-0.02),
    worstMae: close(-0.02),
    averageMfe: close(0.08),
    bestMfe: close(0.08),
    edgeRatio: close(4),
    netProfit: 200,
    commissions: 4,
  });
});

test.each([
  [
    'no trades',
    [],
    {
      trades: 0,
      netProfit: 0,
      commissions: 0,
      winRate: null,
      profitFactor: null,
      expectancy: null,
      sqn: null,
      kelly: null,
      longestWinStreak: 0,
    },
  ],
  ['one trade', [trade(10)], { winRate: 1, profitFactor: null, kelly: null, sqn: null, expectancy: 10 }],
  ['only losses', [trade(-10), trade(-10)], { winRate: 0, profitFactor: 0, kelly: null, payoffRatio: null, sqn: null }],
  ['only zeros', [trade(0), trade(0)], { winRate: 0, profitFactor: null, expectancy: 0, longestLossStreak: 2, longestWinStreak: 0 }],
  ['one that lost all', [trade(-1000), trade(10)], { averageTradeReturn: null, worstTrade: -1 }],
  [
    'no entry values',
    [trade(5, { entryValue: undefined }), trade(6)],
    { bestTrade: null, averageMae: null, profitFactorReturns: null, expectancy: 5.5 },
  ],
] as const)('%s', (_, trades, expected) => {
  expect(tradeMetrics(trades)).toMatchObject(expected);
});

test('streaks go by the exits, not by the lines of the file', () => {
  const trades = [10, -1, 20, -2].map((profit, nth) => trade(profit, { exitedAt: MONDAY + [1, 3, 2, 4][nth]! * DAY_MS }));
  expect(tradeMetrics(trades)).toMatchObject({ longestWinStreak: 2, longestLossStreak: 2 });
  expect(tradeMetrics(trades.map((one) => ({ ...one, exitedAt: undefined })))).toMatchObject({ longestWinStreak: 1, longestLossStreak: 1 });
});

test('trades that are not known are not the same as none', () => {
  expect(new Set(Object.values(tradeMetrics(undefined)))).toEqual(new Set([null]));
});

describe('laws', () => {
  const trades = fc.array(
    fc
      .record({
        profit: fc.integer({ min: -999, max: 5000 }),
        entered: fc.nat(300),
        held: fc.nat(30),
        adverse: fc.integer({ min: -900, max: 0 }),
      })
      .map(({ profit, entered, held, adverse }) =>
        trade(profit, { enteredAt: MONDAY + entered * DAY_MS, exitedAt: MONDAY + (entered + held) * DAY_MS, maxAdverse: adverse }),
      ),
    { minLength: 1, maxLength: 60 },
  );

  test('their order in the file does not matter, but for streaks of those that end together', () => {
    fc.assert(
      fc.property(trades, fc.func(fc.nat()), (all, key) => {
        const shuffled = all.toSorted((a, b) => key(a) - key(b));
        const { longestWinStreak: _, longestLossStreak: __, ...one } = tradeMetrics(all);
        for (const [name, value] of Object.entries(one)) {
          const other = tradeMetrics(shuffled)[name as keyof typeof one];
          if (value === null) expect(other).toBeNull();
          else expect(Math.abs((other ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
        }
      }),
    );
  });

  test('bounds', () => {
    fc.assert(
      fc.property(trades, (all) => {
        const { winRate, kelly, profitFactor, expectancy, worstMae, averageMae, netProfit, averageTradeReturn, expectancyReturn } =
          tradeMetrics(all);
        expect(winRate).toBeGreaterThanOrEqual(0);
        expect(winRate).toBeLessThanOrEqual(1);
        if (kelly !== null) expect(kelly).toBeLessThanOrEqual(winRate!);
        if (profitFactor !== null) expect(profitFactor >= 1).toBe(netProfit! >= 0);
        expect(expectancy! * all.length).toBeCloseTo(netProfit!, 6);
        expect(worstMae).toBeLessThanOrEqual(averageMae! + 1e-12);
        if (averageTradeReturn !== null) expect(averageTradeReturn - 1e-12).toBeLessThanOrEqual(expectancyReturn!);
      }),
    );
  });
});

describe('exposure', () => {
  const curve = every(DAY_MS, [100, 100, 100, 100, 100]);
  const held = trade(0, { enteredAt: MONDAY + DAY_MS, exitedAt: MONDAY + 3 * DAY_MS });
  const none = { trades: undefined, traded: undefined };

  test.each([
    ['positions', { ...curve, positions: [[0, 5, 5, 0, 0]] }, none, { exposure: 0.4, exposureTouched: 0.6 }],
    [
      'positions of two symbols',
      {
        ...curve,
        positions: [
          [0, 5, 0, 0, 0],
          [0, 0, 0, 0, -1],
        ],
      },
      none,
      { exposure: 0.4, exposureTouched: 0.6 },
    ],
    ['cash beside equity', { ...curve, cash: [100, 50, 150, 100, 100] }, none, { exposure: 0.4, averageInvested: 0 }],
    ['trades alone', curve, { trades: [held], traded: undefined }, { exposure: 0.4, exposureTouched: 0.6 }],
    [
      'a trade without times',
      curve,
      { trades: [{ ...held, exitedAt: undefined }], traded: undefined },
      { exposure: null, exposureTouched: null },
    ],
    ['nothing at all', curve, none, { exposure: null, exposureTouched: null, averageInvested: null, turnover: null }],
  ] as const)('from %s', (_, series, trading, expected) => {
    expect(exposureMetrics(series, trading)).toMatchObject(expected);
  });

  test('a position that came and went between two closes is seen by its trade', () => {
    const inside = trade(0, { enteredAt: MONDAY + DAY_MS, exitedAt: MONDAY + DAY_MS });
    const series = { ...curve, positions: [[0, 0, 0, 0, 0]] };
    expect(exposureMetrics(series, { trades: [inside], traded: undefined })).toMatchObject({ exposure: 0, exposureTouched: 0.2 });
  });

  test('turnover: an account of 100 that buys and sells itself once in four days of a year of 365.25', () => {
    const full = trade(0, { entryValue: 100, exitValue: 100 });
    expect(exposureMetrics(curve, { trades: [full], traded: undefined }).turnover).toBeCloseTo(365.25 / 4, 9);
    expect(exposureMetrics(curve, { trades: [full], traded: 400 }).turnover).toBeCloseTo(365.25 / 2, 9);
  });
});
