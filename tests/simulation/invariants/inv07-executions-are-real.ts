/** What is filled in the books is the sum of executions that happened, each counted once, and all of them once the order is over. */
import type { OrderId } from '#server/domain/ids.ts';
import type { Order } from '#server/domain/order.ts';
import { type Evidence, liveBooks } from '../world/evidence.ts';
import { Ended, trueOrderOf } from './ended.ts';
import type { Breach, Invariant } from './invariant.ts';

export const inv07: Invariant = {
  name: 'INV-07 filled is the sum of real executions',
  watch: (evidence) => {
    const checked = new WeakMap<Order, bigint>();
    const ended = new Ended();
    /** Of fills since the last look: an order that is over may still be given one. */
    const filled = new Set<OrderId>();
    return {
      onDurable: (row) => {
        if (row.kind === 'fill' && row.entry.event.kind === 'fill') filled.add(row.entry.event.fill.order);
        return undefined;
      },
      after: () => {
        for (const id of filled) {
          for (const { books } of liveBooks(evidence)) {
            const order = books.orders.get(id);
            const breach = order === undefined ? undefined : sumOf(evidence, order);
            if (breach !== undefined) return breach;
          }
        }
        filled.clear();
        for (const { books } of liveBooks(evidence)) {
          for (const order of ended.of(books)) {
            const breach = sumOf(evidence, order) ?? missingOf(evidence, order);
            if (breach !== undefined) return breach;
          }
          for (const { openOrders } of books.markets.values()) {
            for (const order of openOrders) {
              if (order.filled === 0n || checked.get(order) === order.filled) continue;
              checked.set(order, order.filled);
              const breach = sumOf(evidence, order);
              if (breach !== undefined) return breach;
            }
          }
        }
        return undefined;
      },
      atEnd: () => {
        for (const { books } of liveBooks(evidence)) {
          for (const order of books.orders.values()) {
            const breach = sumOf(evidence, order) ?? inferredOf(order);
            if (breach !== undefined) return breach;
          }
        }
        return undefined;
      },
    };
  },
};

// A gap that the broker proved, booked until the execution comes: its quantity is the broker's word.
const isInferred = ({ executionId }: Order['executions'][number]): boolean => executionId.startsWith('inferred:');

function sumOf({ truth }: Evidence, order: Order): Breach {
  let sum = 0n;
  if (order.executions.some(isInferred)) return undefined;
  for (const { executionId: id } of order.executions) {
    const real = truth.executions.get(id)?.executions.get(id);
    if (real === undefined) return `execution ${id} of order ${order.id} never happened`;
    sum += real.quantity;
  }
  if (new Set(order.executions.map(({ executionId }) => executionId)).size !== order.executions.length)
    return `order ${order.id} counts an execution twice`;
  return sum === order.filled ? undefined : `order ${order.id} is filled ${order.filled}, its executions come to ${sum}`;
}

function missingOf({ truth }: Evidence, order: Order): Breach {
  let sum = 0n;
  for (const { quantity } of trueOrderOf(truth, order)?.executions.values() ?? []) sum += quantity;
  return order.filled >= sum
    ? undefined
    : `order ${order.id} is over (${order.status}) with ${order.filled} filled, at the broker ${sum} were`;
}

/** The account's activities can be read again: no gap is left to be inferred. */
const inferredOf = (order: Order): Breach =>
  order.executions.some(isInferred) ? `order ${order.id} still counts an execution that was inferred` : undefined;
