/** P27 intraday margin: after the worst fills the equity is above the maintenance margin by a part of itself. */
import type { Control } from '../control.ts';
import { type Sheet, sheetOf } from '../sheet.ts';

/** Percent of the equity that would be left; nothing where there is none. */
const excessOf = ({ equity, maintenance }: Sheet): number => (equity > 0 ? 100 * (1 - maintenance / equity) : Number.NEGATIVE_INFINITY);

export const marginExcess: Control = {
  name: 'marginExcess',
  id: 'P27',
  term: 'intraday margin projection',
  answers: 'FINRA 4210, Reg T, 15c3-5(c)(1)(i)',
  limit: 'minMarginExcessPercent',
  asks: 'opening',
  rule: ({ sheet, limits }) => {
    const excess = excessOf(sheet);
    return excess < limits.minMarginExcessPercent
      ? `${excess.toFixed(2)} % of the equity would be left above the margin, at least ${limits.minMarginExcessPercent} %`
      : undefined;
  },
  measure: (standing) => {
    const sheet = sheetOf(standing);
    const { limits } = standing;
    const value = excessOf(sheet);
    const limit = limits.minMarginExcessPercent;
    const wide = value < 2 * limit ? 'near' : 'ok';
    return { value, limit, unit: 'percent', state: value < limit ? 'refusing' : wide };
  },
};
