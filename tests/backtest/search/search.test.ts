/** Spaces as users write them, grids that miss nothing, and a search that finds hills faster than chance. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likelyPoint, randomPoint, type Scored } from '#server/backtest/search/sample.ts';
import { gridPoint, nameOf, type Point, readAxis, type Space, sizeOf } from '#server/backtest/search/space.ts';
import { seededChance } from '#server/exchange/random.ts';

describe('an axis', () => {
  test.each([
    ['5..20:5', true, { kind: 'choices', name: 'n', choices: [5, 10, 15, 20] }],
    ['0.1..0.4:0.1', false, { kind: 'choices', name: 'n', choices: [0.1, 0.2, 0.3, 0.4] }],
    ['5..50', true, { kind: 'numbers', name: 'n', low: 5, high: 50, isWhole: true }],
    ['sma,ema', false, { kind: 'choices', name: 'n', choices: ['sma', 'ema'] }],
    ['true,false', false, { kind: 'choices', name: 'n', choices: [true, false] }],
    ['-2..2:2', true, { kind: 'choices', name: 'n', choices: [-2, 0, 2] }],
  ])('%s', (text, isWhole, axis) => {
    expect(readAxis('n', text, isWhole)).toEqual(axis);
  });

  test.each([
    ['9..5', 'begins above its end'],
    ['1..2:0', 'step of 0'],
    ['1,,2', 'empty value'],
    ['1,2,1', 'a value twice'],
    ['0..1000000:0.1', 'at most 100000'],
  ])('%s is refused', (text, because) => {
    expect(readAxis('n', text, false)).toContain(because);
  });
});

const space: Space = [
  { kind: 'choices', name: 'kind', choices: ['sma', 'ema'] },
  { kind: 'numbers', name: 'fast', low: 3, high: 7, isWhole: true },
  { kind: 'choices', name: 'slow', choices: [20, 30, 40] },
];

describe('a grid', () => {
  test('has every point once', () => {
    const names = Array.from({ length: sizeOf(space) as number }, (_, nth) => nameOf(gridPoint(space, nth)));
    expect(names).toHaveLength(30);
    expect(new Set(names).size).toBe(30);
    expect(names[0]).toBe('kind=sma fast=3 slow=20');
    expect(names.at(-1)).toBe('kind=ema fast=7 slow=40');
  });

  test('over a range of fractions has no size', () => {
    expect(sizeOf([{ kind: 'numbers', name: 'x', low: 0, high: 1, isWhole: false }])).toBeUndefined();
  });
});

describe('a search', () => {
  const ranges: Space = [
    { kind: 'numbers', name: 'x', low: 0, high: 100, isWhole: true },
    { kind: 'numbers', name: 'y', low: -1, high: 1, isWhole: false },
    { kind: 'choices', name: 'kind', choices: ['a', 'b', 'c'] },
  ];
  const hill = ({ x, y, kind }: Point): number =>
    -(((x as number) - 37) ** 2) / 400 - 4 * ((y as number) - 0.25) ** 2 - (kind === 'b' ? 0 : 1);

  function best(next: (done: readonly Scored[]) => Point, trials: number): number {
    const done: Scored[] = [];
    while (done.length < trials) {
      const point = next(done);
      done.push({ point, score: hill(point) });
    }
    return Math.max(...done.map(({ score }) => score));
  }

  test('stays within its space', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 40 }), (seed, count) => {
        const chance = seededChance(seed);
        const done = Array.from({ length: count }, () => randomPoint(ranges, chance)).map((point) => ({ point, score: hill(point) }));
        const { x, y, kind } = likelyPoint(ranges, done, chance) as { x: number; y: number; kind: string };
        expect(Number.isInteger(x) && x >= 0 && x <= 100).toBe(true);
        expect(y >= -1 && y <= 1).toBe(true);
        expect(['a', 'b', 'c']).toContain(kind);
      }),
    );
  });

  test('with estimators comes nearer to the top than chance does, in most of forty seeds', () => {
    let wins = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const [one, other] = [seededChance(seed), seededChance(seed)];
      if (best((done) => likelyPoint(ranges, done, one), 60) > best(() => randomPoint(ranges, other), 60)) wins++;
    }
    expect(wins).toBeGreaterThan(28);
  });
});
