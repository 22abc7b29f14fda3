/**
 * Every indicator against its definition worked out with sixty decimals (paper/), for several lengths, over prices in cents, prices
 * in billionths, dear ones with as many digits, and prices so coarse that highs, lows, closes and ranges are equal all the time.
 */
import { describe, expect, test } from 'vitest';
import type { Indicator } from '#server/indicators/indicator.ts';
import { findIndicator, indicators } from '#server/indicators/registry.ts';
import type { Candle } from '#server/indicators/usable.ts';
import { type Column, sheetOf } from './paper/columns.ts';
import { toNumber } from './paper/decimal.ts';
import { FORMULAS } from './paper/formulas.ts';
import { walkOf } from './series.ts';

const COUNT = 140;
const SERIES: Readonly<Record<string, readonly Candle[]>> = {
  cents: walkOf({ count: COUNT, seed: 3, unit: 0.01, from: 10_000, step: 12, volumes: 900 }),
  billionths: walkOf({ count: COUNT, seed: 4, unit: 1e-9, from: 8_000, step: 30, volumes: 70_000 }),
  'all digits': walkOf({ count: COUNT, seed: 7, unit: 1e-9, from: 1e11, step: 3e8, volumes: 900 }),
  ties: walkOf({ count: COUNT, seed: 5, unit: 0.5, from: 40, step: 1, volumes: 3 }),
  'more ties': walkOf({ count: COUNT, seed: 6, unit: 1, from: 20, step: 2, volumes: 2 }),
};

/** The usual parameters, all lengths short, and as short as may be. */
function settings(indicator: Indicator): Record<string, number>[] {
  const usual = indicator.params.parse({}) as Record<string, number>;
  const withLengths = (length: (nth: number) => number): Record<string, number> =>
    Object.fromEntries(Object.entries(usual).map(([name, value], nth) => [name, Number.isInteger(value) ? length(nth) : value]));
  return [usual, withLengths((nth) => 2 + nth), withLengths((nth) => 5 + 3 * nth), withLengths(() => 1)].filter(
    (params) => indicator.params.safeParse(params).success,
  );
}

/** Largest difference, as a share of the value, or of a hundredth of the column's largest where values cancel. */
function worst(ours: readonly number[], paper: Column): number {
  const theirs = paper.map((cell) => (cell === undefined ? Number.NaN : toNumber(cell)));
  const size = Math.max(...theirs.filter(Number.isFinite).map(Math.abs));
  return Math.max(
    ...theirs.map((value, nth) => {
      const mine = ours[nth] as number;
      if (Number.isNaN(value) || Number.isNaN(mine)) return Number.isNaN(value) === Number.isNaN(mine) ? 0 : Number.POSITIVE_INFINITY;
      return mine === value ? 0 : Math.abs(mine - value) / Math.max(Math.abs(value), size / 100);
    }),
  );
}

test('every indicator has its formula on paper, but those that are no formula, and the VWAP that knows of days', () => {
  const without = Object.keys(indicators).filter((name) => !(name in FORMULAS));
  expect(without).toEqual(['vwap', 'volumeProfile', 'renko', 'candlestick']);
});

describe.each(Object.keys(SERIES))('%s', (name) => {
  const bars = SERIES[name]!;
  const sheet = sheetOf(bars);

  test.each(Object.keys(FORMULAS))('%s', (of) => {
    const indicator = findIndicator(of)!;
    for (const params of settings(indicator)) {
      const work = indicator.make(params);
      const rows = bars.map((bar) => [...work.next(bar)]);
      FORMULAS[of]!(sheet, params).forEach((column, output) => {
        const ours = rows.map((row) => row[output]!);
        expect(worst(ours, column), `${indicator.outputs[output]} of ${JSON.stringify(params)}`).toBeLessThan(1e-10);
      });
    }
  });
});
