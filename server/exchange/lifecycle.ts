/** The steps of an order's life: telling of it, becoming active, and ending, with what an ending releases. */
import { absolute, type Money, type Quantity } from '../domain/money.ts';
import type { Execution, TradeUpdateName } from './events.ts';
import { isOpen, type Order } from './order.ts';
import { bookOf, dropFromOpen, legsOf, parentOf, siblingOf, updateClaim, watchMarket } from './order-book.ts';
import { ulidOf } from './random.ts';
import { heldQuantity, reserve } from './valuation.ts';
import type { World } from './world.ts';

/** Tells the streams about an order as it stands now, and returns it so. */
export function tell(world: World, event: TradeUpdateName, order: Order, execution?: Execution): Order {
  const at = world.now;
  order.updatedAt = at;
  world.eventCount += 1;
  const eventId = ulidOf(at, world.eventCount);
  const asItStands = { ...order };
  world.outbox.push(
    execution
      ? { kind: 'tradeUpdate', event, at, eventId, order: asItStands, execution }
      : { kind: 'tradeUpdate', event, at, eventId, order: asItStands },
  );
  return asItStands;
}

/** The order reaches the market. */
export function activate(world: World, order: Order): void {
  order.status = order.filledQuantity > 0n ? 'partially_filled' : 'new';
  tell(world, 'new', order);
}

/** Takes an order off the open ones and gives back what it reserved; its status is already final. */
export function settle(world: World, order: Order): void {
  dropFromOpen(world.orders, order);
  reserve(world, order, 0n as Money);
}

function end(world: World, order: Order, status: 'canceled' | 'expired' | 'rejected'): void {
  order.status = status;
  if (status === 'canceled') order.canceledAt = world.now;
  else if (status === 'expired') order.expiredAt = world.now;
  else order.failedAt = world.now;
  settle(world, order);
  tell(world, status, order);
}

/** Ends an order and, with it, the rest of its group: the legs of an entry, the other leg of an exit and its entry. */
export function endOrder(world: World, order: Order, status: 'canceled' | 'expired'): void {
  end(world, order, status);
  const { orders } = world;
  const others = order.role === 'entry' ? legsOf(orders, order) : [siblingOf(orders, order), parentOf(orders, order)];
  for (const other of others) if (other && isOpen(other)) end(world, other, 'canceled');
}

/** Ends an order that should never have been taken, and its legs. */
export function reject(world: World, order: Order): void {
  end(world, order, 'rejected');
  for (const leg of legsOf(world.orders, order)) if (isOpen(leg)) end(world, leg, 'canceled');
}

/** Ends the other exit of a group, if it is open. */
export function endSibling(world: World, leg: Order): void {
  const sibling = siblingOf(world.orders, leg);
  if (sibling && isOpen(sibling)) end(world, sibling, 'canceled');
}

/**
 * An entry has filled completely: the take-profit goes to the market, the stop-loss watches it while still `held`, unless it
 * is alone: then nothing else holds its shares. All see the next quote first. They can not be for more than is there: what was sold before the entry was whole is gone.
 */
export function armLegs(world: World, entry: Order): void {
  const legs = legsOf(world.orders, entry).filter(isOpen);
  const [first] = legs;
  if (!first) return;
  const free = absolute(heldQuantity(world, first.symbol)) - bookOf(world.orders, first.symbol).sides[first.side].claimed;
  if (free <= 0n) {
    endOrder(world, first, 'canceled');
    return;
  }
  for (const leg of legs) {
    if (leg.quantity !== null && leg.quantity > free) leg.quantity = free as Quantity;
    arm(world, leg);
  }
}

export function arm(world: World, leg: Order): void {
  leg.armed = true;
  updateClaim(world.orders, leg);
  if (leg.role === 'takeProfit' || !siblingOf(world.orders, leg)) activate(world, leg);
  watchMarket(world.orders, leg);
}
