/**
 * Executions that were told under a name that is not ours, and are of an order of ours: the broker did not know the order yet, or named it
 * otherwise. Shares, dollars and fees are in the books already; what changes is the order on which the execution hangs.
 */
import type { Books } from '#server/domain/books.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { type Money, notional, type Quantity } from '#server/domain/money.ts';
import { type Execution, executionNamed, type Fill, type Order } from '#server/domain/order.ts';
import { settle } from './order-life.ts';
import type { Turn } from './turn.ts';

/** Whether the execution was told as a stranger's before; then it is the order's now. */
export function reclaim(books: Books, order: Order, { executionId }: Fill, turn: Turn): boolean {
  for (const id of books.adopted) {
    const stranger = books.orders.get(id);
    const execution = stranger?.symbol === order.symbol ? executionNamed(stranger, executionId) : undefined;
    if (stranger === undefined || execution === undefined) continue;
    move(books, stranger, order, execution, turn);
    return true;
  }
  return false;
}

/** All that was told under the broker's own id of the order. */
export function reclaimAll(books: Books, order: Order, turn: Turn): void {
  const stranger = order.brokerId === undefined ? undefined : books.orders.get(order.brokerId as string as OrderId);
  if (stranger === undefined || stranger === order || !books.adopted.has(stranger.id)) return;
  for (const execution of [...stranger.executions]) move(books, stranger, order, execution, turn);
}

function move(books: Books, stranger: Order, order: Order, execution: Execution, turn: Turn): void {
  const { quantity, price } = execution;
  // An execution that was inferred stands for it.
  if (order.filled + quantity > order.quantity) return;
  const worth = notional(price, quantity);
  stranger.executions = stranger.executions.filter((one) => one !== execution);
  stranger.filled = (stranger.filled - quantity) as Quantity;
  stranger.filledNotional = (stranger.filledNotional - worth) as Money;
  stranger.quantity = stranger.filled;
  settle(books, stranger, turn);
  order.executions.push(execution);
  order.filled = (order.filled + quantity) as Quantity;
  order.filledNotional = (order.filledNotional + worth) as Money;
  order.updatedAt = books.at;
  books.lastActivityAt = books.at;
}
