/** P12 cancel rate: who cancels much opens nothing meanwhile. Cancels themselves are never held back. */
import type { Control } from '../control.ts';
import { below } from '../reading.ts';
import { withinMinute } from '../recent.ts';

export const cancelsPerMinute: Control = {
  name: 'cancelsPerMinute',
  id: 'P12',
  term: 'maximum messages limit: cancels',
  answers: 'RTS 6 Art 15(1)(d)',
  limit: 'maxCancelsPerMinute',
  asks: 'opening',
  rule: ({ books, limits }) => {
    const count = withinMinute(books.risk.cancelledAt, books.at);
    return count >= limits.maxCancelsPerMinute ? `${count} cancels in the last minute, at most ${limits.maxCancelsPerMinute}` : undefined;
  },
  measure: ({ books, limits }) => below(withinMinute(books.risk.cancelledAt, books.at), limits.maxCancelsPerMinute, 'orders'),
};
