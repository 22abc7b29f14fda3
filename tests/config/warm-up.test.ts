/** Agents that need more history than is configured get it, in minutes or in their own longer bars. */
import { describe, expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { warmUpOf } from '#config/plan.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import { calendarReachMs, reachMs } from '#server/domain/warm-up.ts';

const STOCK = 'AAPL' as AssetSymbol;
const PAIR = 'BTC/USD' as AssetSymbol;

function demo() {
  const reading = loadConfig({ env: {}, flags: {}, cwd: '/' });
  if ('faults' in reading) throw new Error('the demo profile does not load');
  return reading.config;
}

/** One portfolio of one symbol, with a crossing of averages on each of the given timeframes. */
function warmUp(symbol: AssetSymbol, slow: number, timeframes: readonly string[], minutes = 0) {
  const config = demo();
  const deployments = timeframes.map((timeframe, nth) => ({
    ...{ id: `d${nth}`, agent: 'ma-cross', weight: 1, timeframe },
    config: { average: 'sma' as const, fast: 10, slow, confidence: 1 },
  }));
  const portfolio = { ...config.portfolios[0]!, symbols: [symbol], deployments };
  return warmUpOf({ feed: { ...config.feed, warmUpBars: minutes }, portfolios: [portfolio] })(symbol);
}

test('the slowest agent decides when it needs more bars than are configured', () => {
  expect(warmUp(STOCK, 900, ['1Min'])).toEqual({ minutes: 901, longer: [] });
});

test('what is configured is the least', () => {
  expect(warmUp(STOCK, 30, ['1Min'], 5_000)).toEqual({ minutes: 5_000, longer: [] });
});

test('what sizing measures is needed as well', () => {
  const config = demo();
  const sizing = { kind: 'atrRisk', riskPercent: 1, atr: 1, atrPeriod: 20, atrTimeframe: '1Day', maxFraction: 1 } as const;
  const one = { ...config.portfolios[0]!, symbols: [STOCK], sizing, deployments: [] };
  const { longer } = warmUpOf({ feed: { ...config.feed, warmUpBars: 0 }, portfolios: [one] })(STOCK);
  expect(longer).toEqual([{ timeframe: parseTimeframe('1Day'), bars: 21 }]);
});

describe('longer bars', () => {
  test('are made of minutes, one bar more than the agent needs, because the first is seen in part', () => {
    expect(warmUp(PAIR, 30, ['1Hour'])).toEqual({ minutes: 32 * 60, longer: [] });
  });

  test('of stocks take more minutes of the stream, which has those of the night too', () => {
    expect(warmUp(STOCK, 30, ['5Min'])).toEqual({ minutes: Math.ceil((32 * 5 * 960) / 390), longer: [] });
  });

  test('are fetched where that were more than ten thousand minutes, and days always', () => {
    expect(warmUp(STOCK, 200, ['1Hour', '1Day', '1Min'])).toMatchObject({
      minutes: 201,
      longer: [
        { timeframe: { name: '1Hour' }, bars: 201 },
        { timeframe: { name: '1Day' }, bars: 201 },
      ],
    });
    expect(warmUp(PAIR, 2, ['1Day'])).toMatchObject({ minutes: 0, longer: [{ bars: 3 }] });
  });
});

test('looking back reaches far enough: nights, weekends and holidays included', () => {
  const [hour, day] = ['1Hour', '1Day'].map((name) => parseTimeframe(name)!);
  // 65 hours of sessions are ten sessions: two weeks, or a little more with a holiday.
  expect(reachMs({ timeframe: hour!, bars: 65 }, false)).toBeGreaterThan(16 * DAY_MS);
  expect(reachMs({ timeframe: day!, bars: 252 }, false)).toBeGreaterThan(366 * DAY_MS);
  expect(reachMs({ timeframe: day!, bars: 10 }, true)).toBe(11 * DAY_MS);
  expect(calendarReachMs(STOCK, { minutes: 390, longer: [{ timeframe: hour!, bars: 650 }] })).toBeGreaterThan(140 * DAY_MS);
  expect(calendarReachMs(STOCK, { minutes: 390, longer: [{ timeframe: day!, bars: 650 }] })).toBeLessThan(10 * DAY_MS);
  expect(calendarReachMs(PAIR, { minutes: 9_000, longer: [] })).toBe(0);
});
