/** The steps of an order's life: telling of it, becoming active, and ending, with what an ending releases. */
import type { Money } from '../domain/money.ts';
import type { Execution, TradeUpdateName } from './events.ts';
import type { Order } from './order.ts';
import { dropFromOpen, legsOf, siblingOf } from './order-book.ts';
import { ulidOf } from './random.ts';
import { reserve } from './valuation.ts';
import type { World } from './world.ts';

/** Tells the streams about an order, as it stands now. */
export function tell(world: World, event: TradeUpdateName, order: Order, execution?: Execution): void {
  order.updatedAt = world.now;
  world.eventCount += 1;
  world.outbox.push({
    kind: 'tradeUpdate',
    event,
    at: world.now,
    eventId: ulidOf(world.now, world.eventCount),
    order: { ...order },
    ...(execution ? { execution } : {}),
  });
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

function end(world: World, order: Order, status: 'canceled' | 'expired'): void {
  order.status = status;
  if (status === 'canceled') order.canceledAt = world.now;
  else order.expiredAt = world.now;
  settle(world, order);
  tell(world, status, order);
}

const stillOpen = (world: World, order: Order | undefined): order is Order =>
  order !== undefined && world.orders.open.get(order.symbol)?.has(order.id) === true;

/** Ends an order and, with it, what can not live without it: the legs of an entry, the other leg of an exit. */
export function endOrder(world: World, order: Order, status: 'canceled' | 'expired'): void {
  end(world, order, status);
  const dependants = order.role === 'entry' ? legsOf(world.orders, order) : [siblingOf(world.orders, order)];
  for (const dependant of dependants) if (stillOpen(world, dependant)) end(world, dependant, 'canceled');
}

/** Ends the other exit of a group, if it is open. */
export function endSibling(world: World, leg: Order): void {
  const sibling = siblingOf(world.orders, leg);
  if (stillOpen(world, sibling)) end(world, sibling, 'canceled');
}

/** An entry has filled completely: the take-profit goes to the market, the stop-loss watches it while still `held`. */
export function armLegs(world: World, entry: Order): void {
  for (const leg of legsOf(world.orders, entry)) {
    if (!stillOpen(world, leg)) continue;
    leg.armed = true;
    if (leg.role === 'takeProfit') activate(world, leg);
  }
}
