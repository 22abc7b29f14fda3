/** The windows under the kernels against looking through all of their values: extremes and sums, below zero as well, and after a load. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactSum } from '#server/indicators/exact-sum.ts';
import { HighLow } from '#server/indicators/high-low.ts';
import { RollingSum } from '#server/indicators/rolling-sum.ts';

const size = fc.integer({ min: 1, max: 9 });
const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });
const cut = fc.nat(60);

const total = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0);

test('HighLow: the extremes of the last values, of all while it fills', () => {
  fc.assert(
    fc.property(size, values, cut, (period, all, at) => {
      let window = new HighLow(period);
      all.forEach((value, nth) => {
        window.take({ high: value, low: value - (nth % 3) });
        const last = all.slice(Math.max(0, nth + 1 - period), nth + 1);
        const lows = last.map((one, place) => one - ((nth + 1 - last.length + place) % 3));
        expect([window.highest, window.lowest, window.isFull]).toEqual([Math.max(...last), Math.min(...lows), nth + 1 >= period]);
        if (nth !== at) return;
        const loaded = new HighLow(period);
        loaded.load(window.save());
        window = loaded;
      });
    }),
  );
});

test('RollingSum and ExactSum: the sum of the last values', () => {
  fc.assert(
    fc.property(size, values, cut, (period, all, at) => {
      let [rolling, exact] = [new RollingSum(period), new ExactSum(period)];
      all.forEach((value, nth) => {
        const last = all.slice(Math.max(0, nth + 1 - period), nth + 1);
        expect(rolling.next(value) + 0).toBe(last.length < period ? Number.NaN : total(last));
        expect(exact.next(value) + 0).toBe(total(last));
        expect(rolling.count).toBe(last.length);
        last.forEach((one, place) => {
          expect(rolling.at(last.length - 1 - place)).toBe(one);
        });
        if (nth !== at) return;
        const loaded = [new RollingSum(period), new ExactSum(period)] as const;
        loaded[0].load(rolling.save());
        loaded[1].load(exact.save());
        [rolling, exact] = loaded;
      });
    }),
  );
});
