/** P17 leverage: everything that is held and out, over the equity. */
import type { Control } from '../control.ts';
import { under } from '../reading.ts';
import { sheetOf } from '../sheet.ts';

export const leverage: Control = {
  name: 'leverage',
  id: 'P17',
  term: 'leverage limit',
  answers: '15c3-5(c)(1)(i), RTS 6 Art 15(4)',
  limit: 'maxLeverage',
  asks: 'opening',
  rule: ({ sheet: { gross, equity }, limits }) =>
    gross > limits.maxLeverage * equity
      ? `$${gross.toFixed(2)} would be held and out on an equity of $${equity.toFixed(2)}, at most ${limits.maxLeverage} times it`
      : undefined,
  measure: (standing) => {
    const sheet = sheetOf(standing);
    const { limits } = standing;
    return under(sheet.equity > 0 ? sheet.gross / sheet.equity : undefined, limits.maxLeverage, 'ratio');
  },
};
