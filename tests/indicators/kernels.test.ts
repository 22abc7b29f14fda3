/** The kernels against their formulas computed anew at each value, and against technicalindicators as a second opinion. */
import { BollingerBands, EMA, RSI, SMA } from 'technicalindicators';
import { describe, expect, test } from 'vitest';
import { Bollinger } from '#server/indicators/bollinger.ts';
import { Ema } from '#server/indicators/ema.ts';
import { Rsi } from '#server/indicators/rsi.ts';
import { Sma } from '#server/indicators/sma.ts';
import { centPrices, coinPrices } from './series.ts';

const COUNT = 2_000;
const series = [
  ['cent prices', centPrices(COUNT, 11)],
  ['coin prices', coinPrices(COUNT, 12)],
] as const;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const meanOf = (values: readonly number[]): number => sum(values) / values.length;

/** Equal to within the rounding of the formula: relative, since coins cost a ten-thousandth of a dollar. */
function same(ours: readonly number[], theirs: readonly number[], tolerance = 1e-9): void {
  expect(ours.length).toBe(theirs.length);
  ours.forEach((value, nth) => {
    const other = theirs[nth] as number;
    if (Number.isNaN(other)) expect(value, `value ${nth}`).toBeNaN();
    else expect(Math.abs(value - other), `value ${nth}`).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(other), Number.MIN_VALUE));
  });
}

/** Their results begin with the first defined value. */
const padded = <T>(values: readonly T[], count: number, missing: T): T[] => [...Array<T>(count - values.length).fill(missing), ...values];

describe.each(series)('%s', (_name, values) => {
  test.each([1, 2, 5, 20, 50, 200])('SMA %i', (period) => {
    const kernel = new Sma(period);
    const ours = values.map((value) => kernel.next(value));
    const direct = values.map((_, nth) => (nth + 1 < period ? Number.NaN : meanOf(values.slice(nth + 1 - period, nth + 1))));
    same(ours, direct);
    same(ours, padded(SMA.calculate({ period, values: [...values] }), COUNT, Number.NaN));
  });

  test.each([1, 2, 12, 26, 200])('EMA %i', (period) => {
    const kernel = new Ema(period);
    const ours = values.map((value) => kernel.next(value));
    let average = meanOf(values.slice(0, period));
    const direct = values.map((value, nth) => {
      if (nth + 1 < period) return Number.NaN;
      if (nth + 1 > period) average = (value * 2 + average * (period - 1)) / (period + 1);
      return average;
    });
    same(ours, direct);
    same(ours, padded(EMA.calculate({ period, values: [...values] }), COUNT, Number.NaN));
  });

  test.each([2, 7, 14, 50])('RSI %i', (period) => {
    const kernel = new Rsi(period);
    const ours = values.map((value) => kernel.next(value));
    const changes = values.slice(1).map((value, nth) => value - (values[nth] as number));
    let gain = sum(changes.slice(0, period).filter((change) => change > 0)) / period;
    let loss = -sum(changes.slice(0, period).filter((change) => change < 0)) / period;
    const direct = values.map((_, nth) => {
      if (nth < period) return Number.NaN;
      const change = changes[nth - 1] as number;
      if (nth > period) gain = (gain * (period - 1) + Math.max(change, 0)) / period;
      if (nth > period) loss = (loss * (period - 1) + Math.max(-change, 0)) / period;
      return 100 - 100 / (1 + gain / loss);
    });
    same(ours, direct);
    // Theirs is rounded to two decimals.
    const theirs = padded(RSI.calculate({ period, values: [...values] }), COUNT, Number.NaN);
    ours.forEach((value, nth) => {
      if (nth >= period) expect(Math.abs(value - (theirs[nth] as number))).toBeLessThanOrEqual(0.005 + 1e-9);
    });
  });

  test.each([
    [2, 0.5],
    [20, 2],
    [50, 2.5],
  ])('Bollinger %i, %f', (period, deviations) => {
    const kernel = new Bollinger(period, deviations);
    const ours = values.map((value) => ({ ...kernel.next(value) }));
    const direct = values.map((_, nth) => {
      if (nth + 1 < period) return { middle: Number.NaN, upper: Number.NaN, lower: Number.NaN };
      const window = values.slice(nth + 1 - period, nth + 1);
      const middle = meanOf(window);
      const width = deviations * Math.sqrt(meanOf(window.map((value) => (value - middle) ** 2)));
      return { middle, upper: middle + width, lower: middle - width };
    });
    const missing = { middle: Number.NaN, upper: Number.NaN, lower: Number.NaN, pb: Number.NaN };
    const theirs = padded(BollingerBands.calculate({ period, stdDev: deviations, values: [...values] }), COUNT, missing);
    for (const band of ['middle', 'upper', 'lower'] as const) {
      const line = ours.map((bands) => bands[band]);
      const other = direct.map((bands) => bands[band]);
      same(line, other);
      same(
        line,
        padded(theirs, COUNT, missing).map((bands) => bands[band]),
      );
    }
  });
});

test('known by hand: three closes and their averages', () => {
  const [sma, ema] = [new Sma(3), new Ema(3)];
  expect([1, 2, 6, 4].map((value) => sma.next(value))).toEqual([Number.NaN, Number.NaN, 3, 4]);
  expect([1, 2, 6, 4].map((value) => ema.next(value))).toEqual([Number.NaN, Number.NaN, 3, 3.5]);
});

test('a flat series: averages are the value, bands have no width, RSI is 50', () => {
  for (const value of [100.1, 0.000008295, 63_245.123456789, 4_999_999.01]) {
    const [sma, ema, rsi, bollinger] = [new Sma(20), new Ema(20), new Rsi(14), new Bollinger(20, 2)];
    for (let i = 0; i < 19; i++) for (const kernel of [sma, ema, rsi, bollinger]) kernel.next(value);
    expect(sma.next(value)).toBe(value);
    expect(ema.next(value) / value).toBeCloseTo(1, 12);
    expect(rsi.next(value)).toBe(50);
    expect({ ...bollinger.next(value) }).toEqual({ middle: value, upper: value, lower: value });
  }
});

test('RSI is 100 without a loss and 0 without a gain', () => {
  const [rising, falling] = [new Rsi(3), new Rsi(3)];
  expect([1, 2, 3, 4, 5].map((value) => rising.next(value))).toEqual([Number.NaN, Number.NaN, Number.NaN, 100, 100]);
  expect([5, 4, 3, 2, 1].map((value) => falling.next(value))).toEqual([Number.NaN, Number.NaN, Number.NaN, 0, 0]);
});
