/** P14 duplicate order check: the same order of a symbol is not given again within moments. */
import type { Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

export const duplicateIntent: Control = {
  name: 'duplicateIntent',
  id: 'P14',
  term: 'duplicate order check',
  answers: '15c3-5(c)(1)(ii)',
  limit: 'duplicateWindowMs',
  asks: 'opening',
  rule: ({ intent, books, market: { tape }, limits }) => {
    const { lastEntry } = tape;
    if (lastEntry === undefined || lastEntry.side !== intent.side || lastEntry.quantity !== intent.quantity) return undefined;
    const age = books.at - lastEntry.at;
    return age < limits.duplicateWindowMs
      ? `the same was given ${age} ms ago, at least ${limits.duplicateWindowMs} must lie between`
      : undefined;
  },
  measure: ({ limits }) => ofOrder(limits.duplicateWindowMs, 'ms'),
};
