/** Volatility and clusters of the returns that the tapes hold. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { DailyReturn } from '#server/domain/tape.ts';
import { marketOf } from '#server/engine/genesis.ts';
import { correlationOf, measureMoves } from '#server/risk/moves.ts';
import { bench } from '#tests/support/builders.ts';

const series = (changes: readonly number[], from = 1): DailyReturn[] => changes.map((change, nth) => ({ day: from + nth, change }));
const wave = (days: number, phase = 0): number[] => Array.from({ length: days }, (_, day) => Math.sin(day * 1.7 + phase) / 50);

function clustersOf(...all: readonly (readonly DailyReturn[])[]) {
  const { books } = bench();
  const markets = all.map((returns, nth) => {
    const market = marketOf(books, `S${nth}` as AssetSymbol);
    market.tape.returns = [...returns];
    return market;
  });
  books.risk.isStale = true;
  measureMoves(books);
  expect(books.risk.isStale).toBe(false);
  return markets.map(({ tape }) => tape);
}

test('nineteen days say nothing, twenty do', () => {
  const [young, grown] = clustersOf(series(wave(19)), series(wave(20)));
  expect(young).toMatchObject({ volatility: 0, cluster: 0 });
  expect(grown!.volatility).toBeGreaterThan(0);
  expect(grown!.cluster).toBe(1);
});

test('the volatility is the standard deviation of the sample', () => {
  const [tape] = clustersOf(series([...Array(10).fill(0.01), ...Array(10).fill(-0.01)]));
  expect(tape!.volatility).toBeCloseTo(0.01 * Math.sqrt(20 / 19), 12);
});

test('who moves with one of a cluster belongs to it; who moves alone does not', () => {
  const a = wave(60);
  const b = wave(60, 0.7);
  const c = wave(60, 1.4);
  const alone = wave(60, Math.PI / 2 + 0.7);
  expect(correlationOf(series(a), series(b))).toBeGreaterThan(0.7);
  expect(correlationOf(series(a), series(c))).toBeLessThan(0.7);
  const [first, second, third, other] = clustersOf(series(a), series(b), series(c), series(alone));
  expect([second!.cluster, third!.cluster]).toEqual([first!.cluster, first!.cluster]);
  expect(other!.cluster === first!.cluster).toBe(
    correlationOf(series(c), series(alone))! > 0.7 || correlationOf(series(b), series(alone))! > 0.7,
  );
});

test('what moves against another does not move with it', () => {
  const [up, down] = clustersOf(series(wave(30)), series(wave(30).map((change) => -change)));
  expect(up!.cluster).not.toBe(down!.cluster);
});

test('only days that both have are compared; with too few of them they count as together', () => {
  expect(correlationOf(series(wave(30)), series(wave(30), 15))).toBeUndefined();
  const [early, late] = clustersOf(series(wave(30)), series(wave(30, 2), 15));
  expect(early!.cluster).toBe(late!.cluster);
});

test('twenty common days are enough; of one that never moved nothing is known', () => {
  expect(correlationOf(series(wave(30)), series(wave(30), 11))).toBeDefined();
  expect(correlationOf(series(wave(30)), series(wave(30), 12))).toBeUndefined();
  expect(correlationOf(series(wave(30)), series(Array(30).fill(0)))).toBeUndefined();
  expect(correlationOf(series(Array(30).fill(0)), series(wave(30)))).toBeUndefined();
});

test('a correlation lies between −1 and 1, is symmetric, and of a series with itself 1', () => {
  const changes = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(changes, changes, (a, b) => {
      const both = correlationOf(series(a), series(b));
      if (both === undefined) return;
      expect(Math.abs(both)).toBeLessThanOrEqual(1 + 1e-9);
      expect(correlationOf(series(b), series(a))).toBeCloseTo(both, 9);
      expect(correlationOf(series(a), series(a)) ?? 1).toBeCloseTo(1, 6);
    }),
  );
});

test('regression: the squares of very small moves, multiplied, do not vanish', () => {
  const small = series(wave(30).map((change) => change * 1e-90));
  expect(correlationOf(small, small)).toBeCloseTo(1, 9);
});

test('what all days have in common is no movement: neither of one symbol nor of two together', () => {
  const around = (mean: number, signs: readonly number[]) => series(Array.from({ length: 20 }, (_, day) => mean + 0.01 * signs[day % 4]!));
  // Up every second day and up two days of four: as often together as not.
  const [one, other] = [around(0.05, [1, -1, 1, -1]), around(0.04, [1, 1, -1, -1])];
  expect(correlationOf(one, other)).toBeCloseTo(0, 9);
  expect(correlationOf(one, around(0.03, [1, -1, 1, -1]))).toBeCloseTo(1, 9);
  const [first, second] = clustersOf(one, other);
  expect(first!.volatility).toBeCloseTo(0.01 * Math.sqrt(20 / 19), 12);
  expect(first!.cluster).not.toBe(second!.cluster);
});

test('a correlation of exactly 0.7 is not yet together, one a little above is', () => {
  // Of 400 days 340 have the same sign and 60 the other one: 280 of 400.
  const signs = (flipped: number) => Array.from({ length: 400 }, (_, day) => (day % 2 === 0 ? 1 : -1) * (day < flipped ? -1 : 1) * 0.125);
  expect(correlationOf(series(signs(0)), series(signs(60)))).toBe(0.7);
  const clusters = (flipped: number) => clustersOf(series(signs(0)), series(signs(flipped))).map(({ cluster }) => cluster);
  expect(clusters(60)).toEqual([1, 2]);
  expect(clusters(58)).toEqual([1, 1]);
});
