/** What is left out between training and test is counted in returns, whatever these are of. */
import { expect, test } from 'vitest';
import type { EquityCurve, TradeRow } from '#server/backtest/result.ts';
import { purgeLength } from '#server/backtest/validation/purge.ts';
import { DAY_MS, instant } from '#server/domain/time.ts';

const MONDAY = Date.UTC(2024, 0, 1);

const curveOf = (timestamp: readonly number[]): EquityCurve => ({
  length: timestamp.length,
  timestamp: Float64Array.from(timestamp),
  equity: new Float64Array(timestamp.length).fill(1),
  cash: new Float64Array(timestamp.length),
  positions: [],
  symbols: [],
});

const trade = (enteredAt: number, exitedAt: number): TradeRow =>
  ({ enteredAt: instant(enteredAt), exitedAt: instant(exitedAt) }) as unknown as TradeRow;

test('regression: five weeks were left out as thirty-five', () => {
  const weekly = curveOf(Array.from({ length: 100 }, (_, week) => MONDAY + week * 7 * DAY_MS));
  expect(purgeLength({ curve: weekly, trades: [trade(MONDAY + 14 * DAY_MS, MONDAY + 49 * DAY_MS)] })).toBe(5);
});

test('of days without weekends as many as there are bars: Friday to Tuesday are two', () => {
  const days = Array.from({ length: 50 }, (_, day) => day).filter((day) => day % 7 < 5);
  const daily = curveOf(days.map((day) => MONDAY + day * DAY_MS));
  expect(purgeLength({ curve: daily, trades: [trade(MONDAY + 4 * DAY_MS, MONDAY + 8 * DAY_MS)] })).toBe(2);
});

test('minutes are judged by days; a trade within a day leaves out one, and so does none at all', () => {
  const minutes = Array.from({ length: 20 }, (_, day) => day).flatMap((day) =>
    Array.from({ length: 390 }, (_, minute) => MONDAY + day * DAY_MS + (870 + minute) * 60_000),
  );
  const curve = curveOf(minutes);
  const [open, later] = [minutes[0] as number, minutes[100] as number];
  expect(purgeLength({ curve, trades: [trade(open, later)] })).toBe(1);
  expect(purgeLength({ curve, trades: [] })).toBe(1);
  expect(purgeLength({ curve, trades: [trade(open, later + 3 * DAY_MS)] })).toBe(3);
});

test('of a hundred trades the five longest do not count', () => {
  const daily = curveOf(Array.from({ length: 365 }, (_, day) => MONDAY + day * DAY_MS));
  const trades = Array.from({ length: 100 }, (_, nth) => trade(MONDAY, MONDAY + (nth < 96 ? 3 : 200) * DAY_MS));
  expect(purgeLength({ curve: daily, trades })).toBe(3);
});
