/** P22 loss of the day. Reaching it engages the kill switch at `reduceOnly` besides, at the bar that does. */
import { formatFixed, toNumber } from '#server/domain/money.ts';
import { dayProfitLossOf } from '#server/domain/valuation.ts';
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

export const dailyLoss: Control = {
  name: 'dailyLoss',
  id: 'P22',
  term: 'loss limit: day',
  answers: 'RTS 6 Art 15(4), FIA',
  limit: 'maxDailyLoss',
  asks: 'opening',
  rule: ({ books, limits, sheet }) => {
    const { day } = books;
    if (day === undefined) return 'the profit of the day is not known yet';
    const profit = sheet.exactEquity - day.equityAtStart;
    return -profit >= limits.maxDailyLoss ? `lost $${formatFixed(-profit)} today, at most $${formatFixed(limits.maxDailyLoss)}` : undefined;
  },
  measure: ({ books, limits }) => {
    const profit = dayProfitLossOf(books);
    return below(profit === undefined ? undefined : toNumber(-profit), toNumber(limits.maxDailyLoss), 'dollars');
  },
};
