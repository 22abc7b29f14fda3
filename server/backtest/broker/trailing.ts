/** Trailing stops: where they begin, and how they follow. */
import { divideRounded, type Price, priceFromNumber, toNumber, UNIT } from '#server/domain/money.ts';
import type { Lane } from '../lane.ts';
import type { FillSettings } from '../request.ts';
import type { WorkingOrder } from './order.ts';

const HUNDRED = 100n * UNIT;

/** Puts the stop behind the price at which the order was given. */
export function trailFrom(order: WorkingOrder): void {
  if (order.type !== 'trailing_stop' || order.trail === undefined) return;
  const { trail } = order;
  const mark = priceFromNumber(order.mark);
  const away = 'price' in trail ? trail.price : divideRounded(mark * trail.percent, HUNDRED);
  const stop = order.side === 'sell' ? mark - away : mark + away;
  order.stopNow = (stop > 0n ? stop : 1n) as Price;
  order.stop = toNumber(order.stopNow);
}

/** A bar has ended: the mark follows it in its own direction only, and the stop counts from the next bar on. */
export function follow(order: WorkingOrder, lane: Lane, by: FillSettings['trailBy']): void {
  if (order.type !== 'trailing_stop') return;
  const sells = order.side === 'sell';
  const extreme = sells ? lane.high : lane.low;
  const price = by === 'close' ? lane.close : extreme;
  if (sells ? price <= order.mark : price >= order.mark) return;
  order.mark = price;
  trailFrom(order);
}
