/** What the subscription permits: the free plan sees consolidated (SIP) data only when it is fifteen minutes old. */

import { newYorkMinute } from '../../domain/new-york.ts';
import { type Instant, MINUTE_MS } from '../../domain/time.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import type { Feed, OfSymbols } from './requests.ts';

const RECENT_MS = 15 * MINUTE_MS;
const AFTER_HOURS_CLOSE = 20 * 60;
const PRE_MARKET_OPEN = 4 * 60;

/** The end of a query when it names none: now, or what the plan permits. */
export function endOf(world: World, query: Pick<OfSymbols, 'feed' | 'market'>, end: Instant | undefined): Instant {
  if (!isRestricted(world, query)) return end ?? world.now;
  const permitted = (world.now - RECENT_MS) as Instant;
  if (end !== undefined && end > permitted) refuse();
  return end ?? permitted;
}

/** Latest data and snapshots of SIP are recent by nature. */
export function checkLatest(world: World, query: Pick<OfSymbols, 'feed' | 'market'>): void {
  if (isRestricted(world, query)) refuse();
}

const isRestricted = (world: World, { feed, market }: Pick<OfSymbols, 'feed' | 'market'>): boolean =>
  market === 'stocks' && feed === 'sip' && world.settings.dataPlan === 'free';

function refuse(): never {
  throw new Refusal(403, 42210000, 'subscription does not permit querying recent SIP data');
}

/** Whether a feed carries what happens at an instant: the overnight venues trade from 20:00 to 04:00 and nobody over the counter. */
export function feedHas(feed: Feed | undefined, at: number): boolean {
  if (feed === 'otc') return false;
  if (feed !== 'boats' && feed !== 'overnight') return true;
  const minute = newYorkMinute(at);
  return minute >= AFTER_HOURS_CLOSE || minute < PRE_MARKET_OPEN;
}
