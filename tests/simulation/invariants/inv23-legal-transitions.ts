/** An order that is open in the books moves as the table below allows: what was answered is never again on its way. */
import type { Books } from '#server/domain/books.ts';
import type { OrderStatus } from '#server/domain/order.ts';
import { liveBooks } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv23: Invariant = {
  name: 'INV-23 only legal transitions',
  watch: (evidence) => {
    let last = new WeakMap<Books, Map<string, OrderStatus>>();
    return {
      onRecovered: () => {
        last = new WeakMap();
        return undefined;
      },
      after: () => {
        for (const { books } of liveBooks(evidence)) {
          let known = last.get(books);
          if (known === undefined) {
            known = new Map();
            last.set(books, known);
          }
          for (const market of books.markets.values()) {
            for (const { id, status } of market.openOrders) {
              const before = known.get(id);
              if (before === status) continue;
              known.set(id, status);
              // Events of one turn are not seen apart: two legal moves in one are looked for.
              if (before !== undefined && !isReachable(before, status)) return `order ${id} went from ${before} to ${status}`;
            }
          }
        }
        return undefined;
      },
    };
  },
};

/** Open again after an end: a refusal or a loss that was none, or an end that the broker contradicts. */
const MOVES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  submitting: ['unknown', 'working', 'cancelling'],
  unknown: ['working', 'cancelling'],
  working: ['cancelling', 'unknown'],
  cancelling: ['working', 'unknown'],
  cancelled: ['unknown'],
  expired: ['unknown'],
  rejected: ['cancelling', 'working', 'unknown'],
  filled: [],
};
const canMove = (from: OrderStatus, to: OrderStatus): boolean => MOVES[from].includes(to);

const ALL: readonly OrderStatus[] = ['submitting', 'unknown', 'working', 'cancelling', 'cancelled', 'expired', 'rejected', 'filled'];

const isReachable = (from: OrderStatus, to: OrderStatus): boolean =>
  canMove(from, to) || ALL.some((between) => canMove(from, between) && canMove(between, to));
