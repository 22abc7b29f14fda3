/** Choosing among noise is found out, and a trial that is really better is believed: planted sins and planted virtues. */
import { describe, expect, test } from 'vitest';
import { overfitting } from '#server/backtest/validation/overfitting.ts';
import { outOfSample, sharpeWithin, type Trial } from '#server/backtest/validation/trials.ts';
import { purgedFolds, walkForward } from '#server/backtest/validation/windows.ts';
import { type ChanceState, roll, seededChance } from '#server/exchange/random.ts';

const LENGTH = 1024;

/** The sum of twelve rolls is close enough to a bell. */
const noise = (chance: ChanceState): number => Array.from({ length: 12 }, () => roll(chance)).reduce((sum, one) => sum + one, -6) / 100;

const noisy = (count: number, seed: number, drift: (trial: number, at: number) => number = () => 0): Trial[] => {
  const chance = seededChance(seed);
  return Array.from({ length: count }, (_, trial) => ({
    name: `p=${trial}`,
    returns: Float64Array.from({ length: LENGTH }, (_, at) => noise(chance) + drift(trial, at)),
  }));
};

describe('the probability of overfitting', () => {
  test('the planted sin: the best of fifty that know nothing', () => {
    const all = Array.from({ length: 10 }, (_, seed) => overfitting(noisy(50, seed + 1), 16)?.probability ?? 0);
    expect(all.reduce((sum, one) => sum + one, 0) / all.length).toBeGreaterThan(0.4);
  });

  test('the planted virtue: one of fifty really earns', () => {
    const report = overfitting(
      noisy(50, 3, (trial) => (trial === 17 ? 0.004 : 0)),
      16,
    );
    expect(report?.probability).toBeLessThan(0.02);
    expect(report?.combinations).toBe(12_870);
  });

  test('the planted sin: what earned in one half lost in the other', () => {
    const report = overfitting(
      noisy(20, 5, (trial, at) => (at < LENGTH / 2 === trial % 2 > 0 ? 0.01 : -0.01)),
      8,
    );
    expect(report?.degradation).toBeLessThan(0);
  });

  /**
   * By hand, two blocks of two: in the first A (1, 3: mean 2, deviation √2) beats B (0, 2), in the second B (3, 5) beats A (0, 2).
   * Taking either half chooses who is worst in the other: 2 of 2 ways are overfitted.
   */
  test('by hand: two trials, two blocks', () => {
    const trials = [
      { name: 'A', returns: Float64Array.from([1, 3, 0, 2]) },
      { name: 'B', returns: Float64Array.from([0, 2, 3, 5]) },
    ];
    expect(overfitting(trials, 2)).toMatchObject({ probability: 1, combinations: 2, lossProbability: 0 });
    const better = [trials[1] as Trial, { name: 'C', returns: Float64Array.from([-3, 2, -3, 2]) }];
    expect(overfitting(better, 2)).toMatchObject({ probability: 0, combinations: 2 });
  });

  test('too little to say anything', () => {
    expect(overfitting(noisy(1, 1), 8)).toBeUndefined();
    expect(overfitting(noisy(3, 1), 7)).toBeUndefined();
    expect(
      overfitting(
        [
          { name: 'a', returns: new Float64Array(4) },
          { name: 'b', returns: new Float64Array(4) },
        ],
        4,
      ),
    ).toBeUndefined();
  });
});

describe('out of sample', () => {
  const windows = walkForward(LENGTH, { train: 256, test: 64, gap: 0, anchored: false });

  test('the planted sin: the best of two hundred that know nothing shines in training and not in its test', () => {
    const judged = outOfSample(noisy(200, 11), windows);
    expect(judged.meanTrainSharpe).toBeGreaterThan(0.1);
    expect(judged.efficiency).toBeLessThan(0.4);
    expect(judged.returns).toHaveLength(768);
  });

  test('the planted virtue keeps its promise', () => {
    const judged = outOfSample(
      noisy(20, 12, (trial) => (trial === 4 ? 0.008 : 0)),
      windows,
    );
    expect(judged.windows.every(({ chosen }) => chosen === 4)).toBe(true);
    expect(judged.efficiency).toBeGreaterThan(0.7);
  });

  /** Trades of 40 bars, half of each in one fold and half in the next: who is judged by the second half was chosen for the first. */
  test('the planted sin: trades that overlap the edges make folds without purge look better than they are', () => {
    const tested = (purge: number): number => {
      let sum = 0;
      for (let seed = 1; seed <= 20; seed++) {
        const chance = seededChance(seed);
        const trials = Array.from({ length: 100 }, (_, trial) => {
          let held = noise(chance);
          const returns = Float64Array.from({ length: 160 }, (_, at) => {
            if (at % 40 === 20) held = noise(chance);
            return held + noise(chance) / 10;
          });
          return { name: `p=${trial}`, returns };
        });
        sum += outOfSample(trials, purgedFolds(160, { folds: 4, purge, embargo: 0 })).testSharpe;
      }
      return sum / 20;
    };
    expect(tested(0)).toBeGreaterThan(0.5);
    expect(Math.abs(tested(20))).toBeLessThan(0.25);
  });

  test('a Sharpe ratio by hand: returns 1, 2, 3 have mean 2 and deviation 1', () => {
    expect(
      sharpeWithin(Float64Array.from([9, 1, 2, 9, 3]), [
        { from: 1, to: 3 },
        { from: 4, to: 5 },
      ]),
    ).toBe(2);
    expect(sharpeWithin(Float64Array.from([1, 1, 1]), [{ from: 0, to: 3 }])).toBe(0);
  });
});
