/** Changes the open orders of a symbol to what a corporate action makes of them. */
import type { AssetSymbol } from '../domain/ids.ts';
import { priceStepAt } from '../domain/instrument.ts';
import { notional, type Price, roundDownTo } from '../domain/money.ts';
import { endOrder, tell } from './lifecycle.ts';
import { isActive } from './matching.ts';
import { isOpen, type Order, remainingQuantity } from './order.ts';
import { bookOf, openOrders, updateClaim } from './order-book.ts';
import { rebuildShelves } from './symbol-book.ts';
import { reserve } from './valuation.ts';
import { assetOf, type World } from './world.ts';

/** Changes open orders, cancels those that have no price left, and places all anew. */
export function restate(world: World, symbol: AssetSymbol, change: (order: Order) => boolean): void {
  const changed = openOrders(world.orders, symbol).filter(change);
  rebuildShelves(bookOf(world.orders, symbol), isActive);
  for (const order of changed) {
    if (!isOpen(order)) continue;
    if ((order.limitPrice ?? 1n) <= 0n || (order.stopPrice ?? 1n) <= 0n) {
      endOrder(world, order, 'canceled');
      continue;
    }
    updateClaim(world.orders, order);
    if (order.reservePrice > 0n && order.quantity !== null) reserve(world, order, notional(order.reservePrice, remainingQuantity(order)));
    tell(world, 'restated', order);
  }
}

/** What a share loses, the prices of buy limits and sell stops lose, as FINRA's rule 5330 has it for orders that do not opt out. */
export function lowerOrders(world: World, symbol: AssetSymbol, lost: bigint): void {
  restate(world, symbol, (order) => {
    const isLowered = order.side === 'buy' ? order.type === 'limit' : order.type === 'stop' || order.type === 'stop_limit';
    if (!isLowered) return false;
    const lower = (price: Price | null): Price | null => price && tickDown(world, symbol, price - lost);
    order.limitPrice = lower(order.limitPrice);
    order.stopPrice = lower(order.stopPrice);
    return true;
  });
}

export function cancelOrdersOf(world: World, symbol: AssetSymbol): void {
  for (const order of openOrders(world.orders, symbol)) if (isOpen(order)) endOrder(world, order, 'canceled');
}

export function tickDown(world: World, symbol: AssetSymbol, price: bigint): Price {
  return price <= 0n ? (0n as Price) : (roundDownTo(price, priceStepAt(assetOf(world, symbol).instrument, price as Price)) as Price);
}
