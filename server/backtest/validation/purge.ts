/** How much is left out between training and test: in returns of the curve (days, weeks, months), not in days of the calendar. */
import { sample } from '../metrics/sampling.ts';
import type { BacktestResult } from '../result.ts';

/** Nearly all trades are not longer: what is open over an edge is then not on both sides of it. */
const NEARLY_ALL = 0.95;

/** How many returns lie between entry and exit of nearly all trades; at least one, also without trades. */
export function purgeLength({ curve, trades }: Pick<BacktestResult, 'curve' | 'trades'>): number {
  const { timestamp } = sample(curve, undefined);
  const lengths = trades.map(({ enteredAt, exitedAt }) => placeOf(timestamp, exitedAt) - placeOf(timestamp, enteredAt));
  lengths.sort((a, b) => a - b);
  return Math.max(1, lengths[Math.floor(lengths.length * NEARLY_ALL)] ?? 1);
}

/** The first point that is not before the instant. */
function placeOf(timestamp: ArrayLike<number>, at: number): number {
  let [low, high] = [0, timestamp.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestamp[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
