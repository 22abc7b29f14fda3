/** P24 event-loop lag: what is decided late is decided on old prices. */
import type { Control } from '../control.ts';
import { under } from '../reading.ts';

export const loopLag: Control = {
  name: 'loopLag',
  id: 'P24',
  term: 'event-loop lag gate',
  answers: 'RTS 6 Art 16',
  limit: 'maxLoopLagMs',
  asks: 'opening',
  rule: ({ books: { risk }, limits }) =>
    risk.loopLagMs !== undefined && risk.loopLagMs > limits.maxLoopLagMs
      ? `timers are ${risk.loopLagMs} ms late, at most ${limits.maxLoopLagMs} is allowed`
      : undefined,
  measure: ({ books, limits }) => under(books.risk.loopLagMs, limits.maxLoopLagMs, 'ms'),
};
