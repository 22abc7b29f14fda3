/** P12 order rate: opening orders in the last minute of market time. */
import type { Books } from '#server/domain/books.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

function recent({ sentAt, at }: Books): number {
  let count = 0;
  for (let i = sentAt.length - 1; i >= 0 && at - (sentAt[i] as number) < MINUTE_MS; i--) count++;
  return count;
}

export const ordersPerMinute: Control = {
  name: 'ordersPerMinute',
  id: 'P12',
  term: 'maximum messages limit: orders',
  answers: 'RTS 6 Art 15(1)(d)',
  limit: 'maxOrdersPerMinute',
  asks: 'opening',
  rule: ({ books, limits }) => {
    const count = recent(books);
    return count >= limits.maxOrdersPerMinute ? `${count} orders in the last minute, at most ${limits.maxOrdersPerMinute}` : undefined;
  },
  measure: ({ books, limits }) => below(recent(books), limits.maxOrdersPerMinute, 'orders'),
};
