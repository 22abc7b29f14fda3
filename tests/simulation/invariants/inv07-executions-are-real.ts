/** What is filled in the books is the sum of executions that happened, each counted once. */
import type { Order } from '#server/domain/order.ts';
import { liveBooks } from '../world/evidence.ts';
import type { Breach, Invariant } from './invariant.ts';

export const inv07: Invariant = {
  name: 'INV-07 filled is the sum of real executions',
  watch: (evidence) => {
    const checked = new WeakMap<Order, bigint>();
    const sumOf = (order: Order): Breach => {
      let sum = 0n;
      // A gap that the broker proved, booked until the execution comes: its quantity is the broker's word.
      if (order.executions.some(({ executionId }) => executionId.startsWith('inferred:'))) return undefined;
      for (const { executionId: id } of order.executions) {
        const real = evidence.truth.executions.get(id)?.executions.get(id);
        if (real === undefined) return `execution ${id} of order ${order.id} never happened`;
        sum += real.quantity;
      }
      if (new Set(order.executions.map(({ executionId }) => executionId)).size !== order.executions.length)
        return `order ${order.id} counts an execution twice`;
      return sum === order.filled ? undefined : `order ${order.id} is filled ${order.filled}, its executions come to ${sum}`;
    };
    return {
      after: () => {
        for (const { books } of liveBooks(evidence)) {
          for (const { openOrders } of books.markets.values()) {
            for (const order of openOrders) {
              if (order.filled === 0n || checked.get(order) === order.filled) continue;
              checked.set(order, order.filled);
              const breach = sumOf(order);
              if (breach !== undefined) return breach;
            }
          }
        }
        return undefined;
      },
      atEnd: () => {
        for (const { books } of liveBooks(evidence)) {
          for (const order of books.orders.values()) {
            const breach = sumOf(order);
            if (breach !== undefined) return breach;
          }
        }
        return undefined;
      },
    };
  },
};
