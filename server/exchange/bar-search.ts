/** Finds bars by their time, in lists that are in order of it. */
import type { Bar } from '../domain/bar.ts';

/** Index of the first bar whose `startsAt` is not before `from`. */
export function firstFrom(bars: readonly Bar[], from: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle]?.startsAt ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
