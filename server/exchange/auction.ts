/**
 * The auctions. Orders for the opening one fill at the price of the session's first trade in their symbol, those for the
 * closing one at the price of its last; whole, or not at all: what has a limit on the wrong side of that price, or finds
 * no trade, is canceled.
 */
import type { AssetSymbol } from '../domain/ids.ts';
import { type Price, type Quantity, UNIT } from '../domain/money.ts';
import { execute } from './fills.ts';
import { activate, endOrder } from './lifecycle.ts';
import { isOpen, type Order, remainingQuantity } from './order.ts';
import type { World } from './world.ts';

/** To be called with each trade of a session; only the first finds orders that wait for it. */
export function openingAuction(world: World, symbol: AssetSymbol, price: Price): void {
  const waiting = world.orders.books.get(symbol)?.opening;
  if (waiting && waiting.size > 0 && world.phase === 'core' && !world.halted.has(symbol)) cross(world, waiting, price);
}

/** At the close of the session that began at `opensAt`. */
export function closingAuctions(world: World, opensAt: number): void {
  for (const [symbol, { closing }] of world.orders.books) {
    if (closing.size === 0) continue;
    const quote = world.quotes.get(symbol);
    const hasTraded = quote !== undefined && quote.at >= opensAt && !world.halted.has(symbol);
    cross(world, closing, hasTraded ? quote.last : undefined);
  }
}

function cross(world: World, waiting: ReadonlySet<Order>, price: Price | undefined): void {
  for (const order of [...waiting].sort((a, b) => a.seq - b.seq)) {
    if (!isOpen(order)) continue;
    activate(world, order);
    if (price !== undefined && accepts(order, price)) fill(world, order, price);
    else endOrder(world, order, 'canceled');
  }
}

const accepts = ({ limitPrice, side }: Order, price: Price): boolean =>
  limitPrice === null || (side === 'buy' ? limitPrice >= price : limitPrice <= price);

function fill(world: World, order: Order, price: Price): void {
  const quantity = order.quantity === null ? ((order.notional ?? 0n) * UNIT) / price : remainingQuantity(order);
  execute(world, order, price, quantity as Quantity, true);
}
