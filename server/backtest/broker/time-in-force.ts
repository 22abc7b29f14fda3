/** How long orders stand, and for which bars they are. */
import type { Instrument } from '#server/domain/instrument.ts';
import { hoursOf, isWholeDay } from '../hours.ts';
import type { WorkingOrder } from './order.ts';

interface Span {
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * The end of the day that a bar belongs to: the bar's own end when it is a day or longer; else the close of the session, or
 * the next midnight for bars that begin after it.
 */
function endOfDay({ assetClass }: Instrument, { startsAt, endsAt }: Span): number {
  if (isWholeDay(startsAt, endsAt)) return endsAt;
  const hours = hoursOf(assetClass, startsAt);
  return startsAt < hours.closesAt ? hours.closesAt : hours.endsAt;
}

/** When the order's time is up, seen from the first bar that is for it. */
export const expiryOf = ({ timeInForce }: WorkingOrder, instrument: Instrument, bar: Span): number =>
  timeInForce === 'gtc' ? Number.POSITIVE_INFINITY : endOfDay(instrument, bar);

/** An order for the opening auction is for the first bar of a session that it was given before; all others are for any bar. */
export function isForBar(order: WorkingOrder, { assetClass }: Instrument, bar: Span): boolean {
  if (order.timeInForce !== 'opg' || isWholeDay(bar.startsAt, bar.endsAt)) return true;
  const { opensAt } = hoursOf(assetClass, bar.startsAt);
  return bar.startsAt >= opensAt && order.activeFrom <= opensAt;
}

/** These are asked once, at the first price of their first bar. */
export const isImmediate = ({ timeInForce }: WorkingOrder): boolean =>
  timeInForce === 'ioc' || timeInForce === 'fok' || timeInForce === 'opg';
