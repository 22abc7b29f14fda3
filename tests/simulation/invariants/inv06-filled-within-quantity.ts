/** Nothing is filled beyond its quantity, what the broker counts as filled never falls, and what counts as open is open; after every event. */
import type { Order } from '#server/domain/order.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { liveBooks } from '../world/evidence.ts';
import { Ended } from './ended.ts';
import type { Invariant } from './invariant.ts';

export const inv06: Invariant = {
  name: 'INV-06 filled within the quantity',
  watch: (evidence) => {
    const ended = new Ended();
    const counted = new WeakMap<Order, bigint>();
    return {
      after: () => {
        for (const { books } of liveBooks(evidence)) {
          const breach = inconsistency(books);
          if (breach !== undefined) return breach;
          for (const order of ended.of(books)) if (order.filled > order.quantity) return `order ${order.id} is filled beyond its quantity`;
          for (const { openOrders } of books.markets.values()) {
            for (const order of openOrders) {
              const [before, now] = [counted.get(order) ?? 0n, order.broker?.filled ?? 0n];
              if (now < before) return `of order ${order.id} the broker had counted ${before} as filled, in the books it is ${now} now`;
              counted.set(order, now);
            }
          }
        }
        return undefined;
      },
    };
  },
};
