/** P22 drawdown: how far a unit of the account is below the most that it was ever worth. Engages `cancelOpening` besides. */
import { drawdownOf } from '#server/domain/valuation.ts';
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

export const drawdown: Control = {
  name: 'drawdown',
  id: 'P22',
  term: 'trailing drawdown on unitised NAV',
  answers: 'RTS 6 Art 15(4)',
  limit: 'maxDrawdownPercent',
  asks: 'opening',
  rule: ({ books, limits }) => {
    const fallen = drawdownOf(books);
    if (fallen === undefined) return 'the value of a unit is not known yet';
    return fallen >= limits.maxDrawdownPercent
      ? `a unit is ${fallen.toFixed(2)} % below its peak, at most ${limits.maxDrawdownPercent} %`
      : undefined;
  },
  measure: ({ books, limits }) => below(drawdownOf(books), limits.maxDrawdownPercent, 'percent'),
};
