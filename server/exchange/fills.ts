/** An execution: money, coins, fee, position, order, activity and event move together, exactly. */
import { feeOf } from '../domain/fees.ts';
import { type Money, notional, type Price, type Quantity } from '../domain/money.ts';
import { chargeFees } from './fees-due.ts';
import { armLegs, endSibling, settle, tell } from './lifecycle.ts';
import { type Order, remainingQuantity } from './order.ts';
import { siblingOf, updateClaim } from './order-book.ts';
import { changePosition, flatPosition } from './position.ts';
import { reserve } from './valuation.ts';
import { nextId, type World } from './world.ts';

/** Executes `quantity` of an order at `price`; `complete` says that nothing of it is left. */
export function execute(world: World, order: Order, price: Price, quantity: Quantity, complete: boolean): void {
  executeAlone(world, order, price, quantity, complete);
  moveGroup(world, order, quantity, complete);
}

/** The same without what it means to the other orders of its group. */
export function executeAlone(world: World, order: Order, price: Price, quantity: Quantity, complete: boolean): void {
  const positionQuantity = moveHoldings(world, order, price, quantity);
  order.filledQuantity = (order.filledQuantity + quantity) as Quantity;
  order.filledValue += price * quantity;
  order.status = complete ? 'filled' : 'partially_filled';
  if (complete) {
    order.filledAt = world.now;
    settle(world, order);
  } else if (order.reservePrice > 0n) {
    reserve(world, order, notional(order.reservePrice, remainingQuantity(order)));
  } else updateClaim(world.orders, order);
  const id = nextId(world);
  recordActivity(world, order, world.ids, price, quantity);
  tell(world, complete ? 'fill' : 'partial_fill', order, { id, price, quantity, positionQuantity });
}

/** Cash and position after the fee; returns the signed position. */
function moveHoldings(world: World, order: Order, price: Price, quantity: Quantity): Quantity {
  const { side, symbol, assetClass } = order;
  const fee = feeOf({ cryptoTakerBasisPoints: feeBasisPoints(world, order) }, assetClass, { side, quantity, price });
  const value: bigint = notional(price, quantity);
  const { account } = world;
  account.cash = (account.cash + (side === 'buy' ? -value : value - fee.cash)) as Money;
  const position = world.positions.get(symbol) ?? flatPosition(symbol);
  const change = side === 'buy' ? quantity - fee.quantity : -quantity;
  changePosition(position, change as Quantity, price);
  if (position.quantity === 0n) world.positions.delete(symbol);
  else world.positions.set(symbol, position);
  chargeFees(world, order, { price, quantity, fee });
  return position.quantity;
}

/** Who waited for the price with a limit made the market; everybody else took it. */
function feeBasisPoints({ settings, now }: World, order: Order): number {
  const isMaker = order.type === 'limit' && now > order.submittedAt;
  return isMaker ? settings.cryptoMakerBasisPoints : settings.cryptoTakerBasisPoints;
}

function recordActivity(world: World, order: Order, executionCount: number, price: Price, quantity: Quantity): void {
  world.activities.addFill({
    executionCount,
    orderSeq: order.seq,
    at: world.now,
    partial: order.status !== 'filled',
    price,
    quantity,
    side: order.side,
    symbol: order.symbol,
    leaves: order.status === 'filled' ? (0n as Quantity) : remainingQuantity(order),
    cumulative: order.filledQuantity,
    orderStatus: order.status,
  });
}

/** What an execution means to the other orders of its group. */
function moveGroup(world: World, order: Order, quantity: Quantity, complete: boolean): void {
  switch (order.role) {
    case 'entry':
      if (complete) armLegs(world, order);
      return;
    case 'takeProfit': {
      if (complete) {
        endSibling(world, order);
        return;
      }
      const stop = siblingOf(world.orders, order);
      if (stop?.quantity != null) stop.quantity = (stop.quantity - quantity) as Quantity;
      return;
    }
    case 'stopLoss':
      return;
    default:
      order.role satisfies never;
  }
}
