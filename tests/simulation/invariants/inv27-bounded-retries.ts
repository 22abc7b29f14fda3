/** Nobody hammers the broker: the same cancel, the same question, or a connection to the same stream, a few times a minute at most. */
import type { Owner } from '../machine/virtual-time.ts';
import type { Invariant } from './invariant.ts';

const MINUTE_MS = 60_000;
/** Five cancels in half a minute, and anew with each start and each word of the broker that is new; a question every three seconds, each tried three times. */
const MOST_A_MINUTE = { DELETE: 16, GET: 60 } as const;
/** Each pause is twice as long as the one before, until a link has lived for half a minute. */
const MOST_CONNECTIONS = 20;
const IS_ABOUT_ONE = /^(?:DELETE \/v2\/orders\/|GET \/v2\/orders(?:\/|:by_client_order_id))/;

export const inv27: Invariant = {
  name: 'INV-27 bounded retries',
  watch: ({ time }) => {
    const asked = new Map<string, number[]>();
    const connected = new Map<Owner, Map<string, number[]>>();
    return {
      onConnect: (from, url) => {
        const own = connected.get(from) ?? new Map<string, number[]>();
        connected.set(from, own);
        const before = (own.get(url) ?? []).filter((at) => time.now - at < MINUTE_MS);
        before.push(time.now);
        own.set(url, before);
        return before.length > MOST_CONNECTIONS ? `${from.name} connected to ${url} ${before.length} times within a minute` : undefined;
      },
      onSend: ({ method, url }) => {
        const what = `${method} ${url}`;
        if (!IS_ABOUT_ONE.test(what)) return undefined;
        const before = (asked.get(what) ?? []).filter((at) => time.now - at < MINUTE_MS);
        before.push(time.now);
        asked.set(what, before);
        return before.length > MOST_A_MINUTE[method === 'DELETE' ? 'DELETE' : 'GET']
          ? `${what} left ${before.length} times within a minute`
          : undefined;
      },
    };
  },
};
