/**
 * The wash-trade check: an order that could trade against one's own open order of the other side. A market or stop
 * order on either side always could; two orders with limits only when they cross. Members of groups and trailing stops
 * are exempt.
 */
import type { Draft } from './draft.ts';
import { type Order, opposite } from './order.ts';
import { bookOf } from './order-book.ts';
import { Refusal } from './refusal.ts';
import { isExemptFromWash } from './symbol-book.ts';
import type { World } from './world.ts';

export function checkWash(world: World, draft: Pick<Draft, 'asset'> & Pick<Order, 'type' | 'side' | 'limitPrice' | 'orderClass'>): void {
  if (!world.settings.washTradeCheck || isExemptFromWash(draft)) return;
  const { unpriced, priced } = bookOf(world.orders, draft.asset.instrument.symbol).sides[opposite(draft.side)];
  const oldest = unpriced.first();
  if (oldest) refuse(world, oldest, 'opposite side market/stop order exists');
  const nearest = priced.top();
  if (nearest === undefined) return;
  if (draft.limitPrice === null) refuse(world, nearest, 'opposite side limit order exists');
  else if (crosses(draft.side === 'buy', draft.limitPrice, nearest.limitPrice ?? 0n))
    refuse(world, nearest, 'opposite side limit order exists');
}

const crosses = (isBuy: boolean, own: bigint, other: bigint): boolean => (isBuy ? own >= other : own <= other);

function refuse({ settings }: World, order: Order, reason: string): never {
  const { washTradeStatus: status } = settings;
  throw new Refusal(status, status === 403 ? 40310000 : 42210000, 'potential wash trade detected. use complex orders', {
    existing_order_id: order.id,
    reject_reason: reason,
  });
}
