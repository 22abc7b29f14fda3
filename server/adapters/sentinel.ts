/**
 * The sentinel file: `KILL` in the data folder. Its being there is all that counts, it is never parsed; an error other
 * than "not there" counts as being there.
 */
import { lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const SENTINEL_POLL_MS = 200;

export const sentinelPath = (home: string): string => join(home, 'KILL');

export function sentinelIsSet(home: string): boolean {
  try {
    // Of the name itself: a link that leads nowhere is there, too.
    return lstatSync(sentinelPath(home), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Sets it; the content is for people only. */
export function setSentinel(home: string, note: string): void {
  writeFileSync(sentinelPath(home), `${note}\n`, { mode: 0o600 });
}

/** Looks five times a second, and tells each time: one that came back between two looks counts too. Returns the way to stop. */
export function watchSentinel(home: string, looked: (isSet: boolean) => void): () => void {
  const look = (): void => looked(sentinelIsSet(home));
  look();
  const timer = setInterval(look, SENTINEL_POLL_MS);
  return () => clearInterval(timer);
}
