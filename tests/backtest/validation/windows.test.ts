/** Windows and folds: nothing is judged by what it learned from. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { purgedFolds, walkForward } from '#server/backtest/validation/windows.ts';

const walk = fc.record({
  length: fc.integer({ min: 1, max: 500 }),
  train: fc.integer({ min: 1, max: 100 }),
  test: fc.integer({ min: 1, max: 60 }),
  gap: fc.integer({ min: 0, max: 20 }),
  anchored: fc.boolean(),
});

describe('walk-forward', () => {
  test('by hand: ten points, four to learn, two to be judged', () => {
    const windows = walkForward(10, { train: 4, test: 2, gap: 0, anchored: false });
    expect(windows).toEqual([
      { train: [{ from: 0, to: 4 }], test: { from: 4, to: 6 } },
      { train: [{ from: 2, to: 6 }], test: { from: 6, to: 8 } },
      { train: [{ from: 4, to: 8 }], test: { from: 8, to: 10 } },
    ]);
    expect(walkForward(10, { train: 4, test: 2, gap: 0, anchored: true }).map((one) => one.train[0]?.from)).toEqual([0, 0, 0]);
  });

  test('a test lies behind its training and its gap, follows the test before it, and ends within the curve', () => {
    fc.assert(
      fc.property(walk, ({ length, ...settings }) => {
        let end: number | undefined;
        for (const { train, test: judged } of walkForward(length, settings)) {
          expect(judged.from).toBe((train[0]?.to ?? 0) + settings.gap);
          expect(judged.to - judged.from).toBeGreaterThanOrEqual(settings.test / 2);
          expect(judged.to).toBeLessThanOrEqual(length);
          if (end !== undefined) expect(judged.from).toBe(end);
          end = judged.to;
        }
      }),
    );
  });
});

describe('purged folds', () => {
  test('by hand: purge two on both sides, embargo one behind', () => {
    expect(purgedFolds(20, { folds: 4, purge: 2, embargo: 1 })[1]).toEqual({
      train: [
        { from: 0, to: 3 },
        { from: 13, to: 20 },
      ],
      test: { from: 5, to: 10 },
    });
  });

  test('the tests are the whole curve once, and no training comes nearer than the purge', () => {
    const shape = fc.record({
      length: fc.integer({ min: 10, max: 500 }),
      folds: fc.integer({ min: 2, max: 10 }),
      purge: fc.integer({ min: 0, max: 30 }),
      embargo: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(shape, ({ length, ...settings }) => {
        const folds = purgedFolds(length, settings);
        expect(folds.map(({ test: { from } }) => from)).toEqual([0, ...folds.slice(0, -1).map(({ test: { to } }) => to)]);
        expect(folds.at(-1)?.test.to).toBe(length);
        for (const { train, test: judged } of folds) {
          for (const { from, to } of train) {
            if (to <= judged.from) expect(judged.from - to).toBeGreaterThanOrEqual(settings.purge);
            else expect(from - judged.to).toBeGreaterThanOrEqual(settings.purge + settings.embargo);
          }
        }
      }),
    );
  });
});
