/** P22 loss within minutes: a fall that is fast is stopped before the day's limit is reached. Engages `cancelOpening` besides. */
import { formatFixed, toNumber } from '#server/domain/money.ts';
import { quickLossOf } from '#server/domain/valuation.ts';
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

export const quickLoss: Control = {
  name: 'quickLoss',
  id: 'P22',
  term: 'loss velocity',
  answers: 'RTS 6 Art 15(4)',
  limit: 'maxQuickLoss',
  asks: 'opening',
  rule: ({ books, limits }) => {
    const lost = quickLossOf(books);
    return lost >= toNumber(limits.maxQuickLoss)
      ? `lost $${lost.toFixed(2)} within minutes, at most $${formatFixed(limits.maxQuickLoss)}`
      : undefined;
  },
  measure: ({ books, limits }) => below(quickLossOf(books), toNumber(limits.maxQuickLoss), 'dollars'),
};
