/** P23 expected shortfall with the order: volatilities of sixty days, or assumed ones, and correlations as in a bad week. */
import type { Control } from '../control.ts';
import { under } from '../reading.ts';
import { percentOf, sheetOf } from '../sheet.ts';

export const expectedShortfall: Control = {
  name: 'expectedShortfall',
  id: 'P23',
  term: 'expected shortfall limit (ES 97.5 %, one day)',
  answers: 'RTS 6 Art 15(4)',
  limit: 'maxShortfallPercent',
  asks: 'opening',
  rule: ({ sheet, limits }) => {
    const part = percentOf(sheet.shortfall, sheet);
    return part > limits.maxShortfallPercent
      ? `the expected shortfall would be ${part.toFixed(2)} % of the equity, at most ${limits.maxShortfallPercent} %`
      : undefined;
  },
  measure: (standing) => {
    const sheet = sheetOf(standing);
    const { limits } = standing;
    return under(percentOf(sheet.shortfall, sheet), limits.maxShortfallPercent, 'percent');
  },
};
