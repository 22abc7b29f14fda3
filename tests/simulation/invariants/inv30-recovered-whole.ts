/** A start, from its snapshot and the entries after it, knows every order that the journal placed. */
import type { OrderId } from '#server/domain/ids.ts';
import { booksOf } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv30: Invariant = {
  name: 'INV-30 a start recovers what the journal holds',
  watch: ({ durable }) => ({
    onRecovered: (process) => {
      const books = booksOf(process);
      // The oldest may be forgotten once so many have ended.
      if (books === undefined || books.finished.length >= books.keptFinishedOrders) return undefined;
      for (const { id, seq } of durable.placed.values())
        if (seq <= books.seq && !books.orders.has(id as OrderId)) return `order ${id} of entry ${seq} is not in the books after the start`;
      return undefined;
    },
  }),
};
