/** What a record of trades says of the edge, against published values and what is known of the formulas. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgeOf, kellyFraction, shrinkageOf, wilsonLowerBound, winsorised } from '#server/risk/sizing/edge.ts';
import { record } from './records.ts';

test.each([
  [0.55, 1, 0.1],
  [0.4, 2.5, 0.16],
  [0.5, 1, 0],
  [1, 1, 1],
  [1, Number.POSITIVE_INFINITY, 1],
])("Kelly's fraction of a bet won with %f at odds of %f is %f", (winRate, payoff, fraction) => {
  expect(kellyFraction(winRate, payoff)).toBeCloseTo(fraction, 12);
});

test.each([
  [0.55, 1, 30, 0.23],
  [0.55, 1, 100, 0.5],
  [0.55, 1, 300, 0.75],
  [0.55, 1, 1000, 0.91],
  [0.4, 2.5, 30, 0.62],
  [0.4, 2.5, 100, 0.845],
  [0.4, 2.5, 300, 0.94],
])('of an estimate of %f at odds of %f from %i trades %f is taken', (winRate, payoff, trades, factor) => {
  expect(shrinkageOf(winRate, payoff, trades)).toBeCloseTo(factor, 2);
});

test('without a doubt nothing is shrunk, and without a loss the odds have a limit and not an end', () => {
  expect(shrinkageOf(1, Number.POSITIVE_INFINITY, 60)).toBe(1);
  expect(shrinkageOf(0.5, Number.POSITIVE_INFINITY, 100)).toBeCloseTo(shrinkageOf(0.5, 1e9, 100), 6);
});

test.each([
  [100, 0.486],
  [300, 0.513],
  [1000, 0.53],
])('a share of 0.55 in %i trials is at least %f', (trials, bound) => {
  expect(wilsonLowerBound(0.55, trials)).toBeCloseTo(bound, 3);
});

test('the bound lies below what was seen, at or above nothing, and comes nearer with more trials', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, fc.integer({ min: 1, max: 1_000 }), (seen, trials) => {
      const bound = wilsonLowerBound(seen, trials);
      expect(bound).toBeLessThanOrEqual(seen + 1e-12);
      expect(bound).toBeGreaterThanOrEqual(-1e-12);
      expect(wilsonLowerBound(seen, trials * 10)).toBeGreaterThanOrEqual(bound - 1e-12);
    }),
  );
});

test('the twentieth part at either end counts as what stands next to it', () => {
  const values = Array.from({ length: 40 }, (_, nth) => nth);
  expect(winsorised([...values].reverse())).toEqual([37, 37, ...values.slice(2, 38).reverse(), 2, 2]);
  expect(winsorised([9, 1, 5])).toEqual([9, 1, 5]);
});

describe('of a record', () => {
  test('wins, losses and what is neither', () => {
    expect(edgeOf([...record(55, 1, 44, 1), 0])).toMatchObject({ trades: 100, winRate: 0.55, payoff: 1 });
    const { leastWinRate, kelly, shrinkage } = edgeOf(record(550, 1, 450, 1));
    expect(leastWinRate).toBeCloseTo(0.53, 3);
    expect(kelly).toBeCloseTo(2 * leastWinRate - 1, 12);
    expect(shrinkage).toBeCloseTo(0.91, 2);
  });

  test('what was neither won nor lost makes no loss smaller', () => {
    const scratches = Array.from({ length: 40 }, () => 0);
    expect(edgeOf([...record(20, 2, 20, 1), ...scratches])).toMatchObject({ winRate: 0.25, payoff: 2 });
  });

  test('one trade in a thousand that made a thousand times its risk is not the edge', () => {
    expect(edgeOf([...record(59, 1, 40, 1), 1_000]).payoff).toBeCloseTo(1, 12);
  });

  test('a record of wins alone has no end of odds, one of losses alone none', () => {
    expect(edgeOf(record(60, 1, 0, 1))).toMatchObject({ payoff: Number.POSITIVE_INFINITY, shrinkage: 1 });
    expect(edgeOf(record(60, 1, 0, 1)).kelly).toBeLessThan(1);
    expect(edgeOf(record(0, 1, 60, 1)).kelly).toBe(Number.NEGATIVE_INFINITY);
  });
});
