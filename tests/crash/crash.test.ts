/**
 * Killed at every point of the catalogue, and again in the recovery: after the day nothing is lost, nothing doubled, the latch is as it
 * was, every invariant of the simulation has held after every event, and the journal of all lives gives itself again byte for byte.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Matrix, openMatrix } from './matrix.ts';
import { ABSENT, POINTS, RECOVERY } from './points.ts';

/** A day with stocks, exits at the broker, and many orders. */
const SEED = 38;

let matrix: Matrix;
beforeAll(async () => {
  matrix = await openMatrix();
});
afterAll(() => matrix[Symbol.dispose]());

test('the catalogue is covered: each of its forty points is tried, or said not to exist', () => {
  const numbers = (name: string): number[] => {
    const [, from = '', to = from] = /^C(\d\d)(?:-C(\d\d))?/.exec(name) ?? [];
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, nth) => Number(from) + nth);
  };
  const named = new Set([...POINTS.map(({ name }) => name), ...Object.keys(ABSENT)].flatMap(numbers));
  expect([...named].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, nth) => nth + 1));
});

describe('killed once', () => {
  for (const [point, { name, seed = SEED }] of POINTS.entries())
    test(name, { timeout: 60_000 }, async () => {
      const result = await matrix.run({ seed, nth: 1, point, second: undefined });
      expect(result).toMatchObject({ crashes: 1, wrong: undefined });
    });
});

/** What can be lost or doubled most easily, and where each recovery can be struck. */
const FIRST = ['C07', 'C11', 'C12', 'C17 it', 'C20 the protection is committed', 'C34'];
const pairs = POINTS.flatMap((one, point) =>
  FIRST.some((name) => one.name.startsWith(name))
    ? RECOVERY.filter((_, place) => place % 2 === point % 2).map(
        (two) => [one.name, two.name, point, POINTS.length + RECOVERY.indexOf(two)] as const,
      )
    : [],
);

describe('killed again while it recovers', () => {
  test.each(pairs)('%s; then %s', { timeout: 60_000 }, async (_, __, point, second) => {
    const result = await matrix.run({ seed: SEED, nth: 1, point, second });
    expect(result).toMatchObject({ wrong: undefined });
    expect(result.crashes).toBeGreaterThanOrEqual(1);
  });
});
