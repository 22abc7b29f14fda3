/**
 * Whether an order fills in a bar, and at which price. A bar says neither what came first nor what lay between, so the
 * answers are those that must be true of any path through it, and where there is a choice the worse one.
 */
import type { WorkingOrder } from './order.ts';

/** What is known of the bar: `reference` is its open, or the price at which the order was given inside it. */
export interface Range {
  readonly reference: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** NaN when it does not fill. */
export type FillPrice = number;

const NO: FillPrice = Number.NaN;

/** At the first price of a bar: market orders, limits that are there already, stops that the price has leapt over. */
export function atOpen(order: WorkingOrder, open: number): FillPrice {
  const buys = order.side === 'buy';
  switch (order.type) {
    case 'market':
      return open;
    case 'limit':
      return isWithin(buys, open, order.limit) ? open : NO;
    case 'stop':
    case 'trailing_stop':
      return isReached(buys, open, order.stop) ? open : NO;
    case 'stop_limit':
      if (!order.triggered && !isReached(buys, open, order.stop)) return NO;
      order.triggered = true;
      return isWithin(buys, open, order.limit) ? open : NO;
    default:
      return order.type satisfies never;
  }
}

/** A stop, after the first price: at the stop, or at the first price when that is worse. */
export function stopInside(order: WorkingOrder, { reference, high, low, close }: Range): FillPrice {
  const buys = order.side === 'buy';
  const extreme = buys ? high : low;
  if (order.type === 'stop_limit') {
    if (!isReached(buys, extreme, order.stop)) return NO;
    order.triggered = true;
    // The price passed the stop on its way: it fills there, if the limit lets it.
    if (isWithin(buys, order.stop, order.limit)) return order.stop;
    // Ended beyond the limit again, so it came past the limit after the stop.
    return isWithin(buys, close, order.limit) ? order.limit : NO;
  }
  if (!isReached(buys, extreme, order.stop)) return NO;
  return buys ? Math.max(reference, order.stop) : Math.min(reference, order.stop);
}

/** A limit, after the first price: at the limit, or at the first price when that is better. */
export function limitInside(order: WorkingOrder, { reference, high, low }: Range): FillPrice {
  const buys = order.side === 'buy';
  if (!isWithin(buys, buys ? low : high, order.limit)) return NO;
  return buys ? Math.min(reference, order.limit) : Math.max(reference, order.limit);
}

/** Whether a price is as good as the limit, or better. */
export const isWithin = (buys: boolean, price: number, limit: number): boolean => (buys ? price <= limit : price >= limit);

/** Whether a price has come to the stop, or gone through it. */
const isReached = (buys: boolean, price: number, stop: number): boolean => (buys ? price >= stop : price <= stop);

/** Whether a bar comes to the stop. */
export const isTouched = ({ side, stop }: WorkingOrder, { high, low }: Pick<Range, 'high' | 'low'>): boolean =>
  isReached(side === 'buy', side === 'buy' ? high : low, stop);

export const isStop = ({ type, isLimitNow }: WorkingOrder): boolean =>
  type === 'stop' || type === 'trailing_stop' || (type === 'stop_limit' && !isLimitNow);
