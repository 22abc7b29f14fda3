/** Whether the process comes in time to its own timers: told when it does not, and again when it has been calm for a while. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SECOND_MS } from '#server/domain/time.ts';

const CALM_MS = 10 * SECOND_MS;
/** Calm is less than half of what is allowed, or it would come and go around the limit. */
const CALM_SHARE = 1 / 2;
const RESOLUTION_MS = 20;

/** The longest wait of a timer since it was asked last, in milliseconds, measured more finely than the daemon ticks. */
export function loopDelayMeter(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return () => {
    const longestMs = histogram.max / 1e6;
    histogram.reset();
    // It counts from timer to timer, so the wanted distance is in it.
    return Math.max(0, longestMs - RESOLUTION_MS);
  };
}

export class LoopLag {
  readonly #limitMs: number;
  readonly #longestDelayMs: () => number;
  #dueMs = Number.POSITIVE_INFINITY;
  #state: 'unknown' | 'calm' | 'late' = 'unknown';
  #restlessAt = 0;
  /** The longest since the last restless moment. */
  #longestMs = 0;

  /** `longestDelayMs`: what another meter saw since it was asked last. */
  constructor(limitMs: number, longestDelayMs: () => number) {
    this.#limitMs = limitMs;
    this.#longestDelayMs = longestDelayMs;
  }

  /** Asked by a timer that is to come again so much later. What the engine is to be told: the first reading, a lag over the limit, and calm after it. */
  look(nowMs: number, nextAfterMs: number): number | undefined {
    const lagMs = Math.round(Math.max(0, nowMs - this.#dueMs, this.#longestDelayMs()));
    this.#dueMs = nowMs + nextAfterMs;
    if (lagMs > this.#limitMs * CALM_SHARE) {
      this.#restlessAt = nowMs;
      this.#longestMs = 0;
    } else this.#longestMs = Math.max(this.#longestMs, lagMs);
    if (lagMs > this.#limitMs) return this.#become('late', lagMs);
    if (this.#state === 'unknown') return this.#become('calm', lagMs);
    return nowMs - this.#restlessAt >= CALM_MS ? this.#become('calm', this.#longestMs) : undefined;
  }

  #become(state: 'calm' | 'late', lagMs: number): number | undefined {
    if (state === this.#state) return undefined;
    this.#state = state;
    return lagMs;
  }
}
