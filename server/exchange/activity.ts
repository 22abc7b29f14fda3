/** Executions as the account's activities tell them, in order, found by paging from an id. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Price, Quantity } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import { newYorkOffset } from './new-york.ts';
import type { OrderSide, OrderStatus } from './order.ts';
import { malformed } from './refusal.ts';
import type { ActivityFilter } from './requests.ts';
import { stamp } from './stamp.ts';

export interface FillActivity {
  readonly id: string;
  readonly at: Instant;
  readonly partial: boolean;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly side: OrderSide;
  readonly symbol: AssetSymbol;
  readonly leaves: Quantity;
  readonly cumulative: Quantity;
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
}

/** "20190211093000123::<execution id>", the time as New York's clocks show it. */
export function activityId(at: Instant, executionId: string): string {
  const digits = stamp(at, newYorkOffset(at)).slice(0, 23).replace(/\D/g, '');
  return `${digits}::${executionId}`;
}

const KINDS_WITHOUT_ENTRIES = /^[A-Z]{2,12}$/;

/** One page: after the token's item in the wanted direction, within the wanted times. */
export function pageOfActivities(all: readonly FillActivity[], filter: ActivityFilter): FillActivity[] {
  for (const type of filter.types ?? []) if (!KINDS_WITHOUT_ENTRIES.test(type)) malformed(`invalid activity type: ${type}`);
  if (filter.types && !filter.types.includes('FILL')) return [];
  const step = filter.direction === 'asc' ? 1 : -1;
  let index = step > 0 ? 0 : all.length - 1;
  if (filter.pageToken !== undefined) {
    const found = positionOf(all, filter.pageToken);
    if (found < 0) malformed(`invalid page_token: ${filter.pageToken}`);
    index = found + step;
  }
  const page: FillActivity[] = [];
  for (; index >= 0 && index < all.length && page.length < filter.pageSize; index += step) {
    const activity = all[index];
    if (activity && fits(activity, filter)) page.push(activity);
  }
  return page;
}

function fits(activity: FillActivity, filter: ActivityFilter): boolean {
  if (filter.after !== undefined && activity.at <= filter.after) return false;
  if (filter.until !== undefined && activity.at >= filter.until) return false;
  return filter.orderId === undefined || activity.orderId === filter.orderId;
}

/** Ids begin with the time, so they are sorted but for the hour that autumn repeats: search from the newest. */
function positionOf(all: readonly FillActivity[], id: string): number {
  for (let index = all.length - 1; index >= 0; index--) if (all[index]?.id === id) return index;
  return -1;
}
