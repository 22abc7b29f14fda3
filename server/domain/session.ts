/** A trading session as the broker's calendar names it; crypto trades always. */
import type { Instant } from './time.ts';

export interface Session {
  /** New York date, "2026-11-20". */
  readonly date: string;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
}

/** The place of the last session that opened before or at an instant; −1 before the first. Sessions are in order of time. */
function lastOpened(sessions: readonly Session[], at: number): number {
  let [low, high] = [0, sessions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sessions[middle] as Session).opensAt <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The session that is open at this instant. */
export function sessionAt(sessions: readonly Session[], at: Instant): Session | undefined {
  const session = sessions[lastOpened(sessions, at)];
  return session !== undefined && at < session.closesAt ? session : undefined;
}

/** The first session that opens after an instant; nothing when the calendar does not reach so far. */
export const sessionAfter = (sessions: readonly Session[], at: Instant): Session | undefined => sessions[lastOpened(sessions, at) + 1];

/** The last session that trades between two instants; `closed` when none does, nothing when the calendar does not reach there. */
export function sessionWithin(sessions: readonly Session[], from: Instant, until: Instant): Session | 'closed' | undefined {
  const nth = lastOpened(sessions, until - 1);
  const session = sessions[nth];
  if (session === undefined) return undefined;
  if (session.closesAt > from) return session;
  return nth + 1 < sessions.length ? 'closed' : undefined;
}

export interface StockHours {
  readonly isOpen: boolean;
  /** Nothing when the calendar does not reach so far. */
  readonly nextOpen: Instant | undefined;
}

/** Whether stocks trade at this instant, and when the next session begins; nothing before there is a calendar. */
export function stockHours(sessions: readonly Session[], at: Instant): StockHours | undefined {
  if (sessions.length === 0) return undefined;
  return { isOpen: sessionAt(sessions, at) !== undefined, nextOpen: sessionAfter(sessions, at)?.opensAt };
}
