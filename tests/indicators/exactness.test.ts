/** Averages on cents are held against integer arithmetic: no drift, and no crossing that is not one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '#scripts/bench/walk.ts';
import { Bollinger } from '#server/indicators/bollinger.ts';
import { Sma } from '#server/indicators/sma.ts';
import { centPrices, coinPrices } from './series.ts';

/** The sum of the last `period` integers, computed in integers. */
function integerSums(values: readonly number[], period: number): number[] {
  let sum = 0;
  return values.map((value, nth) => {
    sum += value - (values[nth - period] ?? 0);
    return sum;
  });
}

test('SMA on cents is the integer sum, divided once, after a million bars', () => {
  const prices = centPrices(1_000_000, 3);
  const sums = integerSums(
    prices.map((price) => Math.round(price * 100)),
    50,
  );
  const sma = new Sma(50);
  let different = 0;
  prices.forEach((price, nth) => {
    const mean = sma.next(price);
    if (nth >= 49 && mean !== (sums[nth] as number) / 5_000) different++;
  });
  expect(different).toBe(0);
});

test.each([
  ['cents', centPrices(300_000, 1), 100],
  ['cents', centPrices(300_000, 7), 100],
  ['billionths', coinPrices(300_000, 5), 1e9],
] as const)('SMA 20 and SMA 50 on %s stand to each other as exact arithmetic says, ties included', (_name, prices, unit) => {
  const integers = prices.map((price) => Math.round(price * unit));
  const [fastSums, slowSums] = [integerSums(integers, 20), integerSums(integers, 50)];
  const [fast, slow] = [new Sma(20), new Sma(50)];
  let [different, ties] = [0, 0];
  prices.forEach((price, nth) => {
    const ours = Math.sign(fast.next(price) - slow.next(price));
    if (nth < 49) return;
    const exact = Math.sign((fastSums[nth] as number) * 5 - (slowSums[nth] as number) * 2);
    if (exact === 0) ties++;
    if (ours !== exact) different++;
  });
  expect(ties).toBeGreaterThan(20);
  expect(different).toBe(0);
});

test('what leaves the window leaves nothing behind, whatever its size', () => {
  const value = fc.oneof(
    fc.integer({ min: -4_000_000_00, max: 4_000_000_00 }).map((cents) => cents / 100),
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), fc.array(value, { minLength: 5, maxLength: 5 }), (before, last) => {
      const [used, fresh] = [new Sma(5), new Sma(5)];
      const lastOf = (sma: Sma, values: readonly number[]): number => values.map((one) => sma.next(one)).at(-1)!;
      expect(lastOf(used, [...before, ...last])).toBe(lastOf(fresh, last));
      expect(used.save()).toEqual(fresh.save());
    }),
  );
});

test('dear prices with all their digits, of which a window holds more than 53 bits, leave nothing behind either', () => {
  const random = seededRandom(5);
  const prices = Array.from({ length: 3_000 }, () => (1e15 + Math.floor(random() * 9e14)) / 1e9);
  const [used, fresh] = [new Sma(200), new Sma(200)];
  const lastOf = (sma: Sma, values: readonly number[]): number => values.map((one) => sma.next(one)).at(-1)!;
  const last = prices.slice(-200);
  const sum = last.reduce((total, price) => total + BigInt(Math.round(price * 1e9)), 0n);
  expect(lastOf(used, prices)).toBe(lastOf(fresh, last));
  expect(used.next(1e6)).toBe(fresh.next(1e6));
  expect(lastOf(new Sma(200), last)).toBe(Number(sum) / 200e9);
});

test('a value too dear for billionths is averaged to the ten-thousandth', () => {
  const sma = new Sma(2);
  sma.next(5_000_000.12345);
  expect(sma.next(6_000_000)).toBeCloseTo(5_500_000.06, 2);
  sma.next(0.000000001);
  expect(sma.next(0.000000003)).toBe(0.000000002);
});

/** Mean and population deviation in integers, with thirty more digits than a double has. */
function exactBands(cents: readonly bigint[], deviations: number): { middle: number; upper: number } {
  const size = BigInt(cents.length);
  const sum = cents.reduce((total, value) => total + value, 0n);
  const spread = cents.reduce((total, value) => total + value * value, 0n) * size - sum * sum;
  const middle = Number(sum) / Number(size) / 100;
  return { middle, upper: middle + (deviations * Math.sqrt(Number(spread))) / Number(size) / 100 };
}

test.each([2, 20, 200, 1_000])('Bollinger %i on cents is within 1e-11 of exact arithmetic, far from where it began', (period) => {
  const prices = centPrices(400_000, 21);
  const kernel = new Bollinger(period, 2);
  let worst = 0;
  prices.forEach((price, nth) => {
    const { middle, upper } = kernel.next(price);
    if (nth < period - 1 || nth % 997 !== 0) return;
    const exact = exactBands(
      prices.slice(nth + 1 - period, nth + 1).map((one) => BigInt(Math.round(one * 100))),
      2,
    );
    worst = Math.max(worst, Math.abs(middle - exact.middle), Math.abs(upper - exact.upper));
  });
  expect(worst).toBeLessThanOrEqual(1e-11);
});

test('Bollinger on cents so dear that their doubles are off the grid is exact arithmetic on cents', () => {
  const prices = centPrices(3_000, 4).map((price) => Number((4_600_000 + price).toFixed(2)));
  const kernel = new Bollinger(20, 2);
  let worst = 0;
  prices.forEach((price, nth) => {
    const { middle, upper } = kernel.next(price);
    if (nth < 19) return;
    const exact = exactBands(
      prices.slice(nth - 19, nth + 1).map((one) => BigInt(Math.round(one * 100))),
      2,
    );
    worst = Math.max(worst, Math.abs(middle - exact.middle), Math.abs(upper - exact.upper));
  });
  // The last bit of such a price.
  expect(worst).toBeLessThanOrEqual(2 ** -30);
});

test('Bollinger survives prices that leap beyond the reach of its anchor, and comes back to no width', () => {
  const kernel = new Bollinger(200, 2);
  const leaps = Array.from({ length: 1_000 }, (_, nth) => (nth % 3 === 0 ? 900_000.01 : 0.5 + nth));
  let upper = 0;
  for (const price of leaps) upper = kernel.next(price).upper;
  const last = leaps.slice(-200);
  const mean = last.reduce((sum, value) => sum + value) / 200;
  const deviation = Math.sqrt(last.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200);
  expect(upper / (mean + 2 * deviation)).toBeCloseTo(1, 12);
  for (let nth = 0; nth < 200; nth++) upper = kernel.next(33.33).upper;
  expect(upper).toBe(33.33);
});

/** Population deviation of nanos by integers, its root in doubles. */
function exactWidth(nanos: readonly bigint[]): number {
  const size = BigInt(nanos.length);
  const sum = nanos.reduce((total, value) => total + value, 0n);
  const spread = nanos.reduce((total, value) => total + value * value, 0n) * size - sum * sum;
  return Math.sqrt(Number(spread)) / nanos.length / 1e9;
}

test('Bollinger of dear prices with all their digits has right bands, also right after a leap has left the window', () => {
  const random = seededRandom(3);
  const nanos = Array.from({ length: 1_200 }, (_, nth) => {
    const level = [50_000, 62_000, 200, 62_000][Math.floor(nth / 97) % 4]!;
    return level * 1e9 + Math.floor(random() * 1e8);
  });
  const kernel = new Bollinger(20, 1);
  let worst = 0;
  nanos.forEach((value, nth) => {
    const { width } = kernel.next(value / 1e9);
    if (nth < 19) return;
    const exact = exactWidth(nanos.slice(nth - 19, nth + 1).map(BigInt));
    worst = Math.max(worst, Math.abs(width / exact - 1));
  });
  expect(worst).toBeLessThan(1e-12);
});
