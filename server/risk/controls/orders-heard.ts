/** A05 what is opened while nobody tells of fills would be opened blindly. */
import type { Control } from '../control.ts';
import { door } from '../reading.ts';

export const ordersHeard: Control = {
  name: 'ordersHeard',
  id: 'A05',
  term: 'no orders while disconnected',
  answers: 'RTS 6 Art 16, FIA drop copy',
  limit: undefined,
  asks: 'opening',
  rule: ({ books }) => (books.lostFeeds.has('tradeUpdates') ? 'the stream of order updates is down' : undefined),
  measure: ({ books }) => door(books.lostFeeds.has('tradeUpdates')),
};
