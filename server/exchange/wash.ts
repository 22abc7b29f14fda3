/**
 * The wash-trade check: an order that could trade against one's own open order of the other side. A market or stop
 * order on either side always could; two orders with limits only when they cross. Bracket groups and trailing stops are exempt.
 */
import type { Draft } from './draft.ts';
import { type Order, opposite } from './order.ts';
import { openOrders } from './order-book.ts';
import { forbidden } from './refusal.ts';
import type { World } from './world.ts';

type Priced = Pick<Order, 'type' | 'side' | 'limitPrice' | 'orderClass'>;

const isExempt = (order: Priced): boolean => order.orderClass !== 'simple' || order.type === 'trailing_stop';

function couldMeet(a: Priced, b: Priced): boolean {
  const [buy, sell] = a.side === 'buy' ? [a, b] : [b, a];
  if (buy.limitPrice === null || sell.limitPrice === null) return true;
  return buy.limitPrice >= sell.limitPrice;
}

export function checkWash(world: World, draft: Pick<Draft, 'asset'> & Priced, replacing?: Order): void {
  if (isExempt(draft)) return;
  const other = opposite(draft.side);
  for (const order of openOrders(world.orders, draft.asset.instrument.symbol)) {
    if (order.side !== other || order === replacing || isExempt(order) || !couldMeet(draft, order)) continue;
    forbidden('potential wash trade detected. use complex orders', {
      existing_order_id: order.id,
      reject_reason:
        order.type === 'market' || draft.type === 'market' ? 'opposite side market/stop order exists' : 'opposite side limit order exists',
    });
  }
}
