/**
 * How many requests may leave, and whose turn it is. Each token comes back a minute after it was spent, so no minute,
 * wherever it begins, sees more than the limit. The last tokens are kept for cancelling and the kill switch: nothing else can
 * spend them. What the broker says of its own count (`X-RateLimit-*`) only ever makes the budget smaller.
 */
import { MINUTE_MS } from '#server/domain/time.ts';

/** In order of importance: cancels and the kill switch, orders, questions about orders, everything else. */
export const LANES = ['kill', 'order', 'ask', 'poll'] as const;
export type Lane = (typeof LANES)[number];

export interface BudgetOptions {
  /** Until the broker says otherwise. */
  readonly requestsPerMinute: number;
  /** Requests a minute that only the kill lane may spend. */
  readonly reserve?: number;
  /** Milliseconds of a clock that does not go back; the same for all calls. */
  readonly now: () => number;
}

/** What the headers of a reply said. */
export interface RateReading {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** From now on. */
  readonly resetInMs: number | undefined;
  /** Other requests that were sent and not answered when this was read: the broker may not have counted them yet. */
  readonly underWay?: number;
}

export interface Budget {
  /** Spends a token and returns 0, or spends nothing and returns the milliseconds after which to try again. */
  take(lane: Lane): number;
  observe(reading: RateReading): void;
}

const RESERVE = 30;
/** Part of the limit, beside the reserve, that stays untouched for the lanes above. */
const MARGIN: Record<Lane, number> = { kill: 0, order: 0, ask: 0.05, poll: 0.15 };
/** When the broker names no time for its reset. */
const BLIND_WAIT_MS = 1_000;

export function createBudget({ requestsPerMinute, reserve = RESERVE, now }: BudgetOptions): Budget {
  let limit = requestsPerMinute;
  /** When the tokens of the last minute were spent, oldest first. */
  const spent: number[] = [];
  let theirs: { remaining: number; until: number } | undefined;

  const kept = (lane: Lane): number => {
    if (lane === 'kill') return 0;
    // However small the limit, the reserve is whole, but for the one request without which we would be blind.
    return Math.min(reserve + Math.floor(limit * MARGIN[lane]), limit - 1);
  };
  const forget = (at: number): void => {
    while (spent.length > 0 && at - (spent[0] as number) >= MINUTE_MS) spent.shift();
    if (theirs !== undefined && at >= theirs.until) theirs = undefined;
  };

  return {
    take: (lane) => {
      const at = now();
      forget(at);
      const surplus = spent.length + kept(lane) + 1 - limit;
      if (surplus > 0) {
        const freedBy = spent[surplus - 1];
        return freedBy === undefined ? MINUTE_MS : Math.max(1, Math.ceil(freedBy + MINUTE_MS - at));
      }
      // A cancel is worth an attempt even when the broker's count says no: its count may be another program's.
      if (lane !== 'kill' && theirs !== undefined && theirs.remaining <= kept(lane)) return Math.max(1, Math.ceil(theirs.until - at));
      if (theirs !== undefined) theirs.remaining--;
      spent.push(at);
      return 0;
    },
    observe: (reading) => {
      const at = now();
      forget(at);
      if (reading.limit !== undefined && reading.limit >= 1) limit = Math.floor(reading.limit);
      if (reading.remaining === undefined) return;
      // The newest word counts: keeping the smallest would starve us where the broker's window slides.
      const remaining = reading.remaining - (reading.underWay ?? 0);
      theirs = { remaining, until: at + Math.min(Math.max(reading.resetInMs ?? BLIND_WAIT_MS, 1), MINUTE_MS) };
    },
  };
}
