/** What has no formula on paper, with a pencil: bricks and the volume profile. */
import { describe, expect, test } from 'vitest';
import type { Instant } from '#server/domain/time.ts';
import { findIndicator } from '#server/indicators/registry.ts';
import type { Candle } from '#server/indicators/usable.ts';

type Shape = readonly [open: number, high: number, low: number, close: number];

const bar = ([open, high, low, close]: Shape, volume = 1): Candle => ({ startsAt: 0 as Instant, open, high, low, close, volume });
const NONE = Number.NaN;

describe('renko', () => {
  const bricks = (size: number, closes: readonly number[]): number[][] => {
    const work = findIndicator('renko')!.make({ size });
    return closes.map((close) => [...work.next(bar([close, close, close, close]))]);
  };

  test('a brick in the old direction takes one size, one in the other two', () => {
    const closes = [10, 10.9, 11, 13.5, 12.5, 11.01, 11, 12.99, 13, 8];
    const [ends, made] = [0, 1].map((output) => bricks(1, closes).map((row) => row[output]));
    expect(ends).toEqual([10, 10, 11, 13, 13, 13, 11, 11, 13, 8]);
    expect(made).toEqual([0, 0, 1, 2, 0, 0, -1, 0, 1, -4]);
  });

  test('the first brick takes one size either way, and a whole number of them on paper is one', () => {
    expect(bricks(1, [10, 9.01, 9])).toEqual([
      [10, 0],
      [10, 0],
      [9, -1],
    ]);
    expect(bricks(0.1, [10, 10.7]).at(-1)![1]).toBe(7);
    expect(bricks(0.1, [10, 9.3]).at(-1)![1]).toBe(-7);
  });
});

describe('volumeProfile', () => {
  const of = (bins: number, cells: readonly (readonly [price: number, volume: number])[]): number[] => {
    const work = findIndicator('volumeProfile')!.make({ period: 4, bins });
    return cells.map(([price, volume]) => [...work.next(bar([price, price, price, price], volume))]).at(-1)!;
  };

  test('the middle of the bin in which most was traded, and its share; of equal bins the lowest', () => {
    expect(
      of(2, [
        [1, 5],
        [3, 4],
        [1, 1],
      ]),
    ).toEqual([NONE, NONE]);
    expect(
      of(2, [
        [9, 99],
        [1, 5],
        [3, 4],
        [1, 1],
        [2, 1],
      ]),
    ).toEqual([1.5, 6 / 11]);
    expect(
      of(2, [
        [1, 5],
        [3, 4],
        [1, 1],
        [2, 3],
      ]),
    ).toEqual([2.5, 7 / 13]);
    expect(
      of(2, [
        [1, 5],
        [3, 4],
        [1, 1],
        [2, 2],
      ]),
    ).toEqual([1.5, 0.5]);
  });

  test('one price is its own bin, and nothing traded is no share', () => {
    expect(
      of(12, [
        [7, 1],
        [7, 2],
        [7, 3],
        [7, 4],
      ]),
    ).toEqual([7, 1]);
    expect(
      of(2, [
        [1, 0],
        [3, 0],
        [1, 0],
        [2, 0],
      ]),
    ).toEqual([1.5, 0]);
  });
});
