/** A trading session as the broker's calendar names it; crypto trades always. */
import type { Instant } from './time.ts';

export interface Session {
  /** New York date, "2026-11-20". */
  readonly date: string;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
}

/** The session that is open at this instant; sessions are in order of time. */
export function sessionAt(sessions: readonly Session[], at: Instant): Session | undefined {
  let [low, high] = [0, sessions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sessions[middle] as Session).opensAt <= at) low = middle + 1;
    else high = middle;
  }
  const session = sessions[low - 1];
  return session !== undefined && at < session.closesAt ? session : undefined;
}

export interface StockHours {
  readonly isOpen: boolean;
  /** Nothing when the calendar does not reach so far. */
  readonly nextOpen: Instant | undefined;
}

/** Whether stocks trade at this instant, and when the next session begins; nothing before there is a calendar. */
export function stockHours(sessions: readonly Session[], at: Instant): StockHours | undefined {
  if (sessions.length === 0) return undefined;
  return { isOpen: sessionAt(sessions, at) !== undefined, nextOpen: sessions.find(({ opensAt }) => opensAt > at)?.opensAt };
}
