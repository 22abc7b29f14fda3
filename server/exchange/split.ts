/**
 * A split: holdings and known prices are restated. Of the open orders those for a reverse split are canceled; a forward
 * split restates prices and quantities, unless the settings have it otherwise.
 */

import { dateText } from '../domain/civil-day.ts';
import { divideRounded, type Money, type Price, type Quantity, roundDownTo, UNIT } from '../domain/money.ts';
import type { Split } from './corporate-action.ts';
import { post } from './fees-due.ts';
import { type Order, remainingQuantity } from './order.ts';
import { cancelOrdersOf, restate, tickDown } from './restate.ts';
import type { World } from './world.ts';

export function split(world: World, day: number, { symbol, newRate, oldRate }: Split): void {
  const [fresh, old] = [BigInt(newRate), BigInt(oldRate)];
  const byShares = (quantity: bigint): bigint => (quantity * fresh) / old;
  const byPrice = (price: bigint): Price => divideRounded(price * old, fresh) as Price;
  for (const prices of [world.lastDayPrices, world.closingPrices]) {
    const price = prices.get(symbol);
    if (price) prices.set(symbol, byPrice(price));
  }
  const quote = world.quotes.get(symbol);
  if (quote) world.quotes.set(symbol, { ...quote, bid: byPrice(quote.bid), ask: byPrice(quote.ask), last: byPrice(quote.last) });
  const position = world.positions.get(symbol);
  if (position) {
    const change = byShares(position.quantity) - position.quantity;
    position.quantity = (position.quantity + change) as Quantity;
    post(world, {
      type: 'SPLIT',
      date: dateText(day),
      netAmount: 0n as Money,
      symbol,
      quantity: change as Quantity,
      description: `${newRate}-for-${oldRate} split @ ${symbol}`,
    });
  }
  if (newRate < oldRate || world.settings.splitOrders === 'cancel') cancelOrdersOf(world, symbol);
  else restate(world, symbol, (order) => restateForSplit(world, order, byShares, byPrice));
}

function restateForSplit(world: World, order: Order, byShares: (quantity: bigint) => bigint, byPrice: (price: bigint) => Price): true {
  const onTick = (price: Price | null): Price | null => price && tickDown(world, order.symbol, byPrice(price));
  order.limitPrice = onTick(order.limitPrice);
  order.stopPrice = onTick(order.stopPrice);
  order.trailPrice = onTick(order.trailPrice);
  order.highWater = order.highWater && byPrice(order.highWater);
  order.reservePrice = byPrice(order.reservePrice);
  if (order.quantity !== null) {
    const isWhole = order.quantity % UNIT === 0n;
    const left = roundDownTo(byShares(remainingQuantity(order)), isWhole ? UNIT : 1n);
    order.quantity = (order.filledQuantity + left) as Quantity;
  }
  return true;
}
