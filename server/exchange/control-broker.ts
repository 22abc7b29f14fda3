/** What a broker does by itself and no client asked for: refusals after the fact, corrections, transfers, restrictions. */
import type { BorrowStatus } from '../domain/instrument.ts';
import { formatFixed, type Money, notional, type Price, type Quantity } from '../domain/money.ts';
import { newYorkDate } from '../domain/new-york.ts';
import type { FillActivity } from './activity.ts';
import { findOrder } from './cancel.ts';
import type { Execution } from './events.ts';
import { post } from './fees-due.ts';
import { reject, tell } from './lifecycle.ts';
import { isOpen, type Order } from './order.ts';
import { changePosition, flatPosition, type Position } from './position.ts';
import { notFound, unprocessable } from './refusal.ts';
import { heldQuantity } from './valuation.ts';
import { nextId, type World } from './world.ts';

/** An order that was taken is rejected after all. */
export function rejectOrder(world: World, id: string): Record<string, unknown> {
  const order = findOrder(world, id);
  if (!isOpen(order)) unprocessable(`order is already in "${order.status}" state`);
  reject(world, order);
  return { id, status: order.status };
}

/** Tells that a replacement, or a cancel, that was asked for does not come about. */
export function refuseChange(world: World, id: string, what: 'replace' | 'cancel'): Record<string, unknown> {
  const order = findOrder(world, id);
  tell(world, what === 'replace' ? 'order_replace_rejected' : 'order_cancel_rejected', order);
  return { id, status: order.status };
}

const LOOKED_AT = 10_000;

/** What became of an execution: the price it is at since, or that it never was. */
export type Amendment = Price | 'busted';

/** An execution as it stands after what was corrected about it. */
function findExecution(world: World, executionId: string): { fill: FillActivity; order: Order } {
  const recent = world.activities.page({ types: ['FILL'], direction: 'desc', pageSize: LOOKED_AT });
  const fill = recent.find((one): one is FillActivity => one.kind === 'fill' && one.id.endsWith(`::${executionId}`));
  if (!fill) return notFound(`execution not found for ${executionId}`);
  const order = findOrder(world, fill.orderId);
  // An order that was put away is read anew each time, and what is changed about it is forgotten.
  if (order !== findOrder(world, fill.orderId)) unprocessable('the execution is of an order that was put away long ago');
  const amendment = world.amendments[executionId];
  if (amendment === 'busted') unprocessable(`execution ${executionId} was busted before`);
  return { fill: amendment === undefined ? fill : { ...fill, price: amendment }, order };
}

function amend(world: World, executionId: string, amendment: Amendment): void {
  world.amendments = { ...world.amendments, [executionId]: amendment };
}

/** An execution never was: shares and dollars go back. Fees that were taken in coins stay taken. */
export function bustExecution(world: World, executionId: string): Record<string, unknown> {
  const { fill, order } = findExecution(world, executionId);
  amend(world, executionId, 'busted');
  const { price, quantity, side } = fill;
  const back = (side === 'buy' ? -quantity : quantity) as Quantity;
  const cash = notional(price, quantity) as bigint;
  order.filledQuantity = (order.filledQuantity - quantity) as Quantity;
  order.filledValue -= price * quantity;
  moveBack(world, order, { shares: back, price, dollars: (side === 'buy' ? cash : -cash) as Money, what: 'bust' });
  return corrected(world, 'trade_bust', order, { price, quantity: -quantity as Quantity, previousId: executionId });
}

/** An execution was at another price. */
export function correctExecution(world: World, executionId: string, price: Price): Record<string, unknown> {
  const { fill, order } = findExecution(world, executionId);
  amend(world, executionId, price);
  const { quantity, side } = fill;
  const more = (notional(price, quantity) - notional(fill.price, quantity)) * (side === 'buy' ? 1n : -1n);
  order.filledValue += (price - fill.price) * quantity;
  const position = world.positions.get(order.symbol);
  if (position) position.cost = (position.cost + more) as Money;
  moveBack(world, order, { shares: 0n as Quantity, price, dollars: -more as Money, what: 'correction' });
  return corrected(world, 'trade_correct', order, { price, quantity, previousId: executionId });
}

interface Movement {
  readonly shares: Quantity;
  readonly price: Price;
  readonly dollars: Money;
  readonly what: string;
}

function moveBack(world: World, { symbol, id }: Order, { shares, price, dollars, what }: Movement): void {
  world.account.cash = (world.account.cash + dollars) as Money;
  if (shares !== 0n) movePosition(world, world.positions.get(symbol) ?? flatPosition(symbol), shares, price);
  const description = `${what} of an execution of order ${id}`;
  const common = { date: newYorkDate(world.now), description };
  if (dollars !== 0n) post(world, { type: 'JNLC', netAmount: dollars, ...common });
  if (shares !== 0n) post(world, { type: 'JNLS', netAmount: 0n as Money, symbol, quantity: shares, price, ...common });
}

function movePosition(world: World, position: Position, shares: Quantity, price: Price): void {
  changePosition(position, shares, price);
  if (position.quantity === 0n) world.positions.delete(position.symbol);
  else world.positions.set(position.symbol, position);
}

function corrected(
  world: World,
  event: 'trade_bust' | 'trade_correct',
  order: Order,
  facts: Pick<Execution, 'price' | 'quantity'> & { readonly previousId: string },
): Record<string, unknown> {
  const execution: Execution = { id: nextId(world), positionQuantity: heldQuantity(world, order.symbol), ...facts };
  tell(world, event, order, execution);
  return { execution_id: execution.id, previous_execution_id: facts.previousId, order_id: order.id };
}

/** Shares or coins come from another broker, at what they cost there, or go to one. */
export function transferPosition(world: World, name: string, quantity: Quantity, price: Price): Record<string, unknown> {
  const asset = world.tape.assets.find(name) ?? notFound(`asset not found for ${name}`);
  const { symbol } = asset.instrument;
  movePosition(world, world.positions.get(symbol) ?? flatPosition(symbol), quantity, price);
  const description = `transfer ${quantity < 0n ? 'out' : 'in'} @ ${symbol}`;
  post(world, { type: 'JNLS', date: newYorkDate(world.now), netAmount: 0n as Money, symbol, quantity, price, description });
  return { symbol, qty: formatFixed(heldQuantity(world, symbol)) };
}

export interface Restrictions {
  /** Nobody may trade. */
  readonly blocked?: boolean;
  /** Another agreement on margin. */
  readonly multiplier?: 1 | 2 | 4;
}

export function restrict(world: World, restrictions: Restrictions): Record<string, unknown> {
  world.restrictions = { ...world.restrictions, ...restrictions };
  return { ...world.restrictions };
}

export interface AssetChange {
  readonly tradable?: boolean;
  readonly shortable?: boolean;
  readonly borrowStatus?: BorrowStatus;
}

/** An asset becomes hard to borrow, or is not traded any more. */
export function changeAsset(world: World, name: string, change: AssetChange): Record<string, unknown> {
  const asset = world.tape.assets.find(name) ?? notFound(`asset not found for ${name}`);
  const { symbol } = asset.instrument;
  world.assetChanges = { ...world.assetChanges, [symbol]: { ...world.assetChanges[symbol], ...change } };
  return { symbol, ...world.assetChanges[symbol] };
}
