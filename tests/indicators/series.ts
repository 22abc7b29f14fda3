/** Seeded series for the indicators' tests: cent prices of a walk, and nine-decimal prices of a cheap coin. */
import { seededRandom, walk } from '#scripts/bench/walk.ts';

export const centPrices = (count: number, seed: number): number[] => walk('X', count, seed).map((bar) => bar.close);

/** Prices around a hundred-thousandth of a dollar, in billionths. */
export function coinPrices(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  let billionths = 8_000;
  return Array.from({ length: count }, () => {
    billionths = Math.max(1_000, billionths + Math.round((random() - 0.5) * 20));
    return billionths / 1e9;
  });
}
