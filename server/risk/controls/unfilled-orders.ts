/** A03 orders without fills, one after another: a sign of something that runs away. Engages `reduceOnly` besides. */
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

export const unfilledOrders: Control = {
  name: 'unfilledOrders',
  id: 'A03',
  term: 'runaway detector: orders without fills',
  answers: 'RTS 6 Art 13, 15(3)',
  limit: 'maxUnfilledOrders',
  asks: 'opening',
  rule: ({ books: { risk }, limits }) =>
    risk.unfilledInRow >= limits.maxUnfilledOrders
      ? `${risk.unfilledInRow} entries in a row ended with nothing filled, at most ${limits.maxUnfilledOrders}`
      : undefined,
  measure: ({ books, limits }) => below(books.risk.unfilledInRow, limits.maxUnfilledOrders, 'orders'),
};
