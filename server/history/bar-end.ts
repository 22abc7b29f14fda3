/**
 * When a bar ends. Days and weeks that begin at New York's midnight end at one, an hour earlier or later when the clocks
 * change; all others are as long as their timeframe says.
 */

import { newYorkDay, newYorkInstant } from '#server/domain/new-york.ts';
import { DAY_MS } from '#server/domain/time.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';

export function barEnds({ ms }: Timeframe): (startsAt: number) => number {
  if (ms < DAY_MS) return (startsAt) => startsAt + ms;
  const days = Math.round(ms / DAY_MS);
  return (startsAt) => {
    const day = newYorkDay(startsAt);
    return newYorkInstant(day, 0) === startsAt ? newYorkInstant(day + days, 0) : startsAt + ms;
  };
}
