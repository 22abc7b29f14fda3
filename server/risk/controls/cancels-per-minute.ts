/** P12 cancel rate: who cancels much opens nothing meanwhile. Cancels themselves are never held back. */
import type { Books } from '#server/domain/books.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

function recent({ risk: { cancelledAt }, at }: Books): number {
  let count = 0;
  for (let i = cancelledAt.length - 1; i >= 0 && at - (cancelledAt[i] as number) < MINUTE_MS; i--) count++;
  return count;
}

export const cancelsPerMinute: Control = {
  name: 'cancelsPerMinute',
  id: 'P12',
  term: 'maximum messages limit: cancels',
  answers: 'RTS 6 Art 15(1)(d)',
  limit: 'maxCancelsPerMinute',
  asks: 'opening',
  rule: ({ books, limits }) => {
    const count = recent(books);
    return count >= limits.maxCancelsPerMinute ? `${count} cancels in the last minute, at most ${limits.maxCancelsPerMinute}` : undefined;
  },
  measure: ({ books, limits }) => below(recent(books), limits.maxCancelsPerMinute, 'orders'),
};
