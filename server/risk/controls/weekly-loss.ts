/** P22 loss of the week. Reaching it engages the kill switch at `cancelOpening` besides, at the bar that does. */
import { formatFixed, toNumber } from '#server/domain/money.ts';
import { weekProfitLossOf } from '#server/domain/valuation.ts';
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

export const weeklyLoss: Control = {
  name: 'weeklyLoss',
  id: 'P22',
  term: 'loss limit: week',
  answers: 'RTS 6 Art 15(4), FIA',
  limit: 'maxWeeklyLoss',
  asks: 'opening',
  rule: ({ books, limits, sheet }) => {
    const { week } = books.risk;
    if (week === undefined) return 'the profit of the week is not known yet';
    const profit = sheet.exactEquity - week.equityAtStart;
    return -profit >= limits.maxWeeklyLoss
      ? `lost $${formatFixed(-profit)} this week, at most $${formatFixed(limits.maxWeeklyLoss)}`
      : undefined;
  },
  measure: ({ books, limits }) => {
    const profit = weekProfitLossOf(books);
    return below(profit === undefined ? undefined : toNumber(-profit), toNumber(limits.maxWeeklyLoss), 'dollars');
  },
};
