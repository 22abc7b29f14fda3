/** How long the bars of a file are, by how far apart they begin; and which are closer than that. */
import { timeframeOf } from '#server/domain/bar-spacing.ts';
import { DAY_MS, HOUR_MS } from '#server/domain/time.ts';
import { MONTH, type Timeframe } from '#server/domain/timeframe.ts';

/** So many of the distances are the same: then the bars are that long. */
const MOST = 0.5;
/** Or so many are the shortest one, and holes make up the rest. */
const MANY = 0.2;
const SHORTEST_MONTH_MS = 28 * DAY_MS;

/** The least that two bars can be apart: days and weeks are an hour shorter when the clocks go forward. */
function leastDistance({ name, ms }: Timeframe): number {
  if (ms < DAY_MS) return ms;
  return (name === MONTH.name ? SHORTEST_MONTH_MS : ms) - HOUR_MS;
}

/** Nothing when it can not be told. */
export function toldTimeframe(startsAt: Float64Array): Timeframe | undefined {
  const counts = new Map<number, number>();
  for (let i = 1; i < startsAt.length; i++) {
    const distance = (startsAt[i] as number) - (startsAt[i - 1] as number);
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  const [usual = Number.NaN, often = 0] = byCount[0] ?? [];
  if (often >= MOST * (startsAt.length - 1)) return timeframeOf(usual);
  const least = timeframeOf(Math.min(...counts.keys()));
  if (least === undefined) return undefined;
  const near = leastDistance(least) * 1.2;
  const count = byCount.reduce((sum, [distance, times]) => sum + (distance <= near ? times : 0), 0);
  return count >= MANY * (startsAt.length - 1) ? least : undefined;
}

/** Index of the first bar that begins before the one before it has ended; `before` begins before the first. */
export function firstTooClose(startsAt: Float64Array, timeframe: Timeframe, before: number): number | undefined {
  const least = leastDistance(timeframe);
  let previous = before;
  for (let i = 0; i < startsAt.length; i++) {
    const at = startsAt[i] as number;
    if (at - previous < least) return i;
    previous = at;
  }
  return undefined;
}
