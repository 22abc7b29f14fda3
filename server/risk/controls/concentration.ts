/** P20 concentration: one symbol as a part of the equity. */
import type { Control } from '../control.ts';
import { under, worstMarket } from '../reading.ts';
import { fillSheet, newSheet, percentOf } from '../sheet.ts';

export const concentration: Control = {
  name: 'concentration',
  id: 'P20',
  term: 'concentration: single name',
  answers: '15c3-5(c)(1)(i)',
  limit: 'maxConcentrationPercent',
  asks: 'opening',
  rule: ({ sheet, limits }) => {
    const part = percentOf(sheet.ofSymbol, sheet);
    const most = limits.maxConcentrationPercent;
    return part > most ? `the symbol would be ${part.toFixed(2)} % of the equity, at most ${most} %` : undefined;
  },
  measure: (standing) => {
    const { books, limits } = standing;
    const sheet = newSheet();
    return worstMarket(standing, (market) => {
      fillSheet(sheet, books, limits, market, 0);
      return under(percentOf(sheet.ofSymbol, sheet), limits.maxConcentrationPercent, 'percent', market.symbol);
    });
  },
};
