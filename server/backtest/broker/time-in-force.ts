/** How long orders stand, and for which bars they are. */
import { isWholeDay } from '../hours.ts';
import type { Lane } from '../lane.ts';
import type { WorkingOrder } from './order.ts';

/**
 * The end of the day that the lane's bar belongs to: the bar's own end when it is a day or longer; else the close of the
 * session, or the next midnight for bars that begin after it.
 */
function endOfDay({ startsAt, endsAt, hours }: Lane): number {
  if (isWholeDay(startsAt, endsAt)) return endsAt;
  const day = hours.on(startsAt);
  return startsAt < day.closesAt ? day.closesAt : day.endsAt;
}

/** When the order's time is up, seen from the first bar that is for it. */
export const expiryOf = ({ timeInForce }: WorkingOrder, lane: Lane): number =>
  timeInForce === 'gtc' ? Number.POSITIVE_INFINITY : endOfDay(lane);

/** An order for the opening auction is for the first bar of a session that it was given before; all others are for any bar. */
export function isForBar(order: WorkingOrder, { startsAt, endsAt, hours }: Lane): boolean {
  if (order.timeInForce !== 'opg' || isWholeDay(startsAt, endsAt)) return true;
  const { opensAt } = hours.on(startsAt);
  return startsAt >= opensAt && order.activeFrom <= opensAt;
}

/** These are asked once, at the first price of their first bar. */
export const isImmediate = ({ timeInForce }: WorkingOrder): boolean =>
  timeInForce === 'ioc' || timeInForce === 'fok' || timeInForce === 'opg';
