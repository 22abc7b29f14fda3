/** P16 credit threshold: what the broker said may be bought, less what was given since it was asked, less a reserve. */
import type { Books } from '#server/domain/books.ts';
import { toNumber } from '#server/domain/money.ts';
import { GIVEN_COUNTS_MS } from '#server/domain/risk-state.ts';
import type { Control } from '../control.ts';
import { ofOrder, under } from '../reading.ts';

/** Sells do not give any of it back before the broker says so, nor what was refused since. */
function givenSince({ risk }: Books, asOf: number): number {
  let given = 0;
  for (const { at, dollars } of risk.given) if (at >= asOf) given += dollars;
  return given;
}

/** Nothing where the broker's word is too old. */
function leftOf(books: Books, reservePercent: number): number | undefined {
  const { lastStatement, at } = books;
  if (lastStatement === undefined || at - lastStatement.asOf > GIVEN_COUNTS_MS) return undefined;
  return (toNumber(lastStatement.buyingPower) * (100 - reservePercent)) / 100 - givenSince(books, lastStatement.asOf);
}

export const buyingPower: Control = {
  name: 'buyingPower',
  id: 'P16',
  term: 'credit and capital threshold',
  answers: '15c3-5(c)(1)(i)',
  limit: 'buyingPowerReservePercent',
  asks: 'opening',
  rule: ({ books, value, limits }) => {
    const left = leftOf(books, limits.buyingPowerReservePercent);
    if (left === undefined || Math.abs(value) <= left) return undefined;
    return `$${Math.abs(value).toFixed(2)} is more than the $${left.toFixed(2)} of buying power that may be used`;
  },
  measure: ({ books, limits }) => {
    const left = leftOf(books, limits.buyingPowerReservePercent);
    if (left === undefined || books.lastStatement === undefined) return { ...ofOrder(undefined, 'dollars'), state: 'unknown' };
    const whole = toNumber(books.lastStatement.buyingPower);
    return under(whole - left, whole, 'dollars');
  },
};
