/** The fewest mishaps with which a seed still breaks the same invariant: halves are left out first, then one by one. */
import type { DayResult } from './day.ts';

export async function shrink(failing: DayResult, run: (without: readonly number[]) => Promise<DayResult>): Promise<DayResult> {
  const without = new Set<number>();
  let smallest = failing;
  for (let size = Math.ceil(failing.mishaps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const left = smallest.mishaps.map(({ nth }) => nth);
    for (let from = 0; from < left.length; from += size) {
      const candidate = left.slice(from, from + size).filter((nth) => !without.has(nth));
      if (candidate.length === 0) continue;
      const result = await run([...without, ...candidate]);
      if (result.violation?.invariant !== failing.violation?.invariant) continue;
      for (const nth of candidate) without.add(nth);
      smallest = result;
    }
  }
  return smallest;
}
