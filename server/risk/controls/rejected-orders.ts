/** A03 entries that the broker refuses, one after another. Engages `reduceOnly` besides. */
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

export const rejectedOrders: Control = {
  name: 'rejectedOrders',
  id: 'A03',
  term: 'runaway detector: rejects in a row',
  answers: 'RTS 6 Art 13, 15(3)',
  limit: 'maxRejectedOrders',
  asks: 'opening',
  rule: ({ books: { risk }, limits }) =>
    risk.rejectedInRow >= limits.maxRejectedOrders
      ? `${risk.rejectedInRow} entries in a row were refused by the broker, at most ${limits.maxRejectedOrders}`
      : undefined,
  measure: ({ books, limits }) => below(books.risk.rejectedInRow, limits.maxRejectedOrders, 'orders'),
};
