/** A peak that falls off on all sides is told from a plateau, and which parameter matters is told from which does not. */
import { describe, expect, test } from 'vitest';
import type { Scored } from '#server/backtest/search/sample.ts';
import { sensitivityOf } from '#server/backtest/validation/sensitivity.ts';

const grid = (score: (fast: number, slow: number) => number): Scored[] =>
  [5, 10, 15, 20].flatMap((fast) => [30, 60, 90].map((slow) => ({ point: { fast, slow }, score: score(fast, slow) })));

describe('sensitivity', () => {
  test('the planted sin: a single peak', () => {
    const report = sensitivityOf(grid((fast, slow) => (fast === 10 && slow === 60 ? 3 : 0)));
    expect(report?.best.point).toEqual({ fast: 10, slow: 60 });
    expect(report?.neighbours).toHaveLength(4);
    expect(report?.plateau).toBe(0);
  });

  test('a plateau', () => {
    expect(sensitivityOf(grid((fast) => 2 - Math.abs(fast - 10) / 50))?.plateau).toBeGreaterThan(0.9);
  });

  test('what matters: the score that only depends on one of two', () => {
    const { influence } = sensitivityOf(grid((fast) => fast * fast)) ?? {};
    expect(influence?.['fast']).toBeCloseTo(1, 12);
    expect(influence?.['slow']).toBeCloseTo(0, 12);
  });

  test('nothing tried, nothing said', () => {
    expect(sensitivityOf([])).toBeUndefined();
    expect(sensitivityOf([{ point: { a: 1 }, score: 1 }])?.plateau).toBeUndefined();
  });
});
