/** P12 order rate: opening orders in the last minute of market time. */
import type { Control } from '../control.ts';
import { below } from '../reading.ts';
import { withinMinute } from '../recent.ts';

export const ordersPerMinute: Control = {
  name: 'ordersPerMinute',
  id: 'P12',
  term: 'maximum messages limit: orders',
  answers: 'RTS 6 Art 15(1)(d)',
  limit: 'maxOrdersPerMinute',
  asks: 'opening',
  rule: ({ books, limits }) => {
    const count = withinMinute(books.sentAt, books.at);
    return count >= limits.maxOrdersPerMinute ? `${count} orders in the last minute, at most ${limits.maxOrdersPerMinute}` : undefined;
  },
  measure: ({ books, limits }) => below(withinMinute(books.sentAt, books.at), limits.maxOrdersPerMinute, 'orders'),
};
