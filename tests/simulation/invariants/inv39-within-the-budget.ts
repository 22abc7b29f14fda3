/** A process never sends more requests a minute than the broker allows, wherever the minute begins. */
import type { Owner } from '../machine/virtual-time.ts';
import type { Invariant } from './invariant.ts';

const MINUTE_MS = 60_000;
const IS_MARKET_DATA = /^\/(?:v1beta3|v2\/stocks)\//;

export const inv39: Invariant = {
  name: 'INV-39 within the budget of requests',
  watch: ({ settings }) => {
    const allowed = settings.requestsPerMinute;
    const sentAt = new Map<Owner, number[]>();
    return {
      onSend: ({ at, from, url }) => {
        if (IS_MARKET_DATA.test(url)) return undefined;
        const times = sentAt.get(from) ?? [];
        sentAt.set(from, times);
        times.push(at);
        const first = times[times.length - 1 - allowed];
        return first !== undefined && at - first < MINUTE_MS ? `${allowed + 1} requests within ${Math.ceil(at - first)} ms` : undefined;
      },
    };
  },
};
