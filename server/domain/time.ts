/** Time is injected: an Instant comes in with an event, nobody here looks at a clock. */
import type { Brand } from './brand.ts';

/** Milliseconds since the epoch, UTC. */
export type Instant = Brand<number, 'Instant'>;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Checks that a number can be an instant: a whole number of milliseconds between 1990 and 2200. */
export function instant(ms: number): Instant {
  if (!isInstant(ms)) throw new RangeError(`not an instant: ${ms}`);
  return ms;
}

export const isInstant = (ms: number): ms is Instant => Number.isInteger(ms) && ms >= 631_152_000_000 && ms <= 7_258_118_400_000;

export const plus = (at: Instant, ms: number): Instant => (at + ms) as Instant;
