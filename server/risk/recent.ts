/** How many of these instants, oldest first, lie within the last minute. */
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';

export function withinMinute(instants: readonly Instant[], at: Instant): number {
  let count = 0;
  for (let nth = instants.length - 1; nth >= 0 && at - (instants[nth] as number) < MINUTE_MS; nth--) count++;
  return count;
}
