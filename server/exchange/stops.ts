/** When a stop fires, and how a trailing stop follows the price. */
import { divideRounded, type Price, UNIT } from '../domain/money.ts';
import type { Order, OrderSide } from './order.ts';
import type { Quote } from './quote.ts';
import type { World } from './world.ts';

/** The price that a stop looks at: the last trade, or the side of the quote it would fill on. */
export function watchedPrice(world: World, side: OrderSide, quote: Quote): Price {
  if (world.settings.stopTrigger === 'last') return quote.last;
  return side === 'buy' ? quote.ask : quote.bid;
}

export function stopReached(world: World, order: Order, quote: Quote): boolean {
  const price = watchedPrice(world, order.side, quote);
  if (order.stopPrice === null) return false;
  return order.side === 'buy' ? price >= order.stopPrice : price <= order.stopPrice;
}

/** Moves the high-water mark (for a buy: the low-water mark) of a trailing stop, and its stop price behind it. */
export function followTrail(world: World, order: Order, quote: Quote): void {
  if (order.type !== 'trailing_stop') return;
  const price = watchedPrice(world, order.side, quote);
  const best = order.highWater;
  const better = best === null || (order.side === 'sell' ? price > best : price < best);
  if (!better) return;
  order.highWater = price;
  order.stopPrice = trailedStop(order, price);
}

/** The stop price that lags a mark by the order's distance or percentage. */
export function trailedStop(order: Pick<Order, 'side' | 'trailPrice' | 'trailPercent'>, mark: Price): Price {
  const distance = order.trailPrice ?? divideRounded(mark * (order.trailPercent ?? 0n), 100n * UNIT);
  return (order.side === 'sell' ? mark - distance : mark + distance) as Price;
}
