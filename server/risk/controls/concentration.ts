/** P20 concentration: one symbol as a part of the equity. */
import type { Control } from '../control.ts';
import { percentOf } from '../sheet.ts';
import { worstShare } from '../worst-share.ts';

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
  measure: (standing) => worstShare(standing, 'ofSymbol', standing.limits.maxConcentrationPercent),
};
