/** P31 clock synchronisation: our clock and the broker's tell the same time, nearly. */
import type { Control } from '../control.ts';
import { under } from '../reading.ts';

export const clockSkew: Control = {
  name: 'clockSkew',
  id: 'P31',
  term: 'clock synchronisation',
  answers: 'MiFID II Art 50',
  limit: 'maxClockSkewMs',
  asks: 'opening',
  rule: ({ books: { risk }, limits }) =>
    risk.clockSkewMs !== undefined && risk.clockSkewMs > limits.maxClockSkewMs
      ? `the clocks are ${risk.clockSkewMs} ms apart, at most ${limits.maxClockSkewMs} is allowed`
      : undefined,
  measure: ({ books, limits }) => under(books.risk.clockSkewMs, limits.maxClockSkewMs, 'ms'),
};
