/** Drawn histories: the same by the same seed, made of what happened, and honest about trades that carried everything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockIndices, percentile, resampleTrades } from '#server/backtest/validation/resample.ts';
import { resampleBars, sliced, withOtherFuture } from '#server/backtest/validation/resample-bars.ts';
import { barFault } from '#server/domain/bar.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { barAt } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { seededChance } from '#server/exchange/random.ts';
import { market } from './market.ts';

describe('blocks', () => {
  test('go on one after the other, for as long as they are to be on average', () => {
    const indices = blockIndices(20_000, 25, seededChance(1));
    let begun = 1;
    for (let i = 1; i < indices.length; i++) if (indices[i] !== ((indices[i - 1] as number) + 1) % indices.length) begun++;
    expect(indices.length / begun).toBeGreaterThan(23);
    expect(indices.length / begun).toBeLessThan(27);
  });
});

describe('bars', () => {
  test('drawn ones are bars, by the same stamps, the same by the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.integer(), fc.integer({ min: 1, max: 30 }), (length, seed, block) => {
        const real = market(length, seed);
        const [drawn] = resampleBars([real], block, seededChance(seed)) as [BarColumns];
        expect(drawn.startsAt).toBe(real.startsAt);
        for (let i = 0; i < length; i++) expect(barFault(barAt(drawn, i))).toBeUndefined();
        expect(resampleBars([real], block, seededChance(seed))).toEqual([drawn]);
      }),
      { numRuns: 40 },
    );
  });

  test('of one market are drawn together: who moved alike goes on doing so', () => {
    const real = market(300, 4);
    const [a, b] = resampleBars([real, { ...real, symbol: 'BBB' as AssetSymbol }], 10, seededChance(9)) as [BarColumns, BarColumns];
    expect(b.close).toEqual(a.close);
  });

  test('another future leaves the past as it was, to the bit, and nothing after it', () => {
    const real = market(120, 6);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 110 }), (cut) => {
        const other = withOtherFuture(real, cut, seededChance(cut));
        expect(other.close.slice(0, cut + 1)).toEqual(real.close.slice(0, cut + 1));
        expect(other.volume.slice(0, cut + 1)).toEqual(real.volume.slice(0, cut + 1));
        for (let i = cut + 1; i < other.length; i++) {
          expect(barFault(barAt(other, i))).toBeUndefined();
        }
        if (cut < 100) expect(other.close.slice(cut + 1)).not.toEqual(real.close.slice(cut + 1));
      }),
    );
    expect(sliced(real, 3, 10).close).toEqual(real.close.slice(3, 10));
  });
});

describe('trades', () => {
  test('the planted sin: one trade that carried everything', () => {
    const lucky = resampleTrades([...new Array(99).fill(-10), 2_000], 10_000, 2_000, seededChance(2));
    expect(lucky.withoutBest).toBeCloseTo(-0.099, 12);
    // Drawn a hundred times, the lucky one is missed with (1 − 1/100)^100 = 0.366; the loss is certain then.
    expect(lucky.lossProbability).toBeGreaterThan(0.33);
    expect(lucky.lossProbability).toBeLessThan(0.4);
    const steady = resampleTrades(new Array(100).fill(10), 10_000, 200, seededChance(2));
    expect(steady.totalReturn.p5).toBeCloseTo(0.1, 12);
    expect(steady).toMatchObject({ lossProbability: 0, maxDrawdown: { p95: 0 } });
  });

  test('percentiles as R and NumPy have them by default: of 1, 2, 3, 4 the quarter is 1.75', () => {
    expect([0, 0.25, 0.5, 1].map((part) => percentile([1, 2, 3, 4], part))).toEqual([1, 1.75, 2.5, 4]);
  });
});
