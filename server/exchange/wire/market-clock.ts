/** Market time against wall time: a base, a factor that may change at run time (0 pauses), and jumps over idle hours. */
import { type Instant, instant } from '../../domain/time.ts';

export interface MarketClock {
  now(): Instant;
  speed(): number;
  setSpeed(factor: number): void;
  /** Moves market time forward; a jump back is ignored. */
  jumpTo(at: Instant): void;
  /** Moves market time anywhere, back too: after another state was restored. */
  setTo(at: Instant): void;
}

export interface MarketClockOptions {
  readonly startsAt: Instant;
  readonly speed: number;
  /** Milliseconds of any monotonic clock. */
  readonly wall: () => number;
}

export function createMarketClock({ startsAt, speed, wall }: MarketClockOptions): MarketClock {
  let base: number = startsAt;
  let since = wall();
  let factor = speed;
  const now = (): Instant => instant(Math.floor(base + (wall() - since) * factor));
  const rebase = (at: number): void => {
    base = at;
    since = wall();
  };
  return {
    now,
    speed: () => factor,
    setSpeed: (next) => {
      if (!(next >= 0 && Number.isFinite(next))) throw new RangeError(`market speed is ${next}; give a number from 0 (paused) up`);
      rebase(now());
      factor = next;
    },
    jumpTo: (at) => {
      if (at > now()) rebase(at);
    },
    setTo: rebase,
  };
}

/** A clock that moves only when it is told to: for tests and for clients that step the market themselves. */
export function createManualClock(startsAt: Instant): MarketClock & { advanceBy(ms: number): void } {
  let at = startsAt;
  let factor = 1;
  return {
    now: () => at,
    speed: () => factor,
    setSpeed: (next) => {
      factor = next;
    },
    jumpTo: (to) => {
      if (to > at) at = to;
    },
    setTo: (to) => {
      at = to;
    },
    advanceBy: (ms) => {
      at = instant(at + ms);
    },
  };
}
