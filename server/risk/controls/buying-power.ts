/** P16 credit threshold: what the broker said may be bought, less what was given since it was asked, less a reserve. */
import type { Books } from '#server/domain/books.ts';
import { type Money, notional, toNumber } from '#server/domain/money.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Control } from '../control.ts';
import { ofOrder, under } from '../reading.ts';

/** An older word says nothing of now; that it must not be old is held by another control. */
const COUNTS_MS = 2 * MINUTE_MS;

/** Sells do not give any of it back before the broker says so. */
function givenSince({ orders }: Books, asOf: number): bigint {
  let given = 0n;
  for (const { purpose, createdAt, expectedPrice, quantity, status } of orders.values())
    if (purpose === 'open' && createdAt >= asOf && status !== 'rejected') given += notional(expectedPrice, quantity);
  return given;
}

/** Nothing where the broker's word is too old. */
function leftOf(books: Books, reservePercent: number): number | undefined {
  const { lastStatement, at } = books;
  if (lastStatement === undefined || at - lastStatement.asOf > COUNTS_MS) return undefined;
  const given = at === lastStatement.asOf && books.sentAt.length === 0 ? 0n : givenSince(books, lastStatement.asOf);
  return (toNumber(lastStatement.buyingPower) * (100 - reservePercent)) / 100 - toNumber(given as Money);
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
    if (left === undefined || books.lastStatement === undefined) return ofOrder(undefined, 'dollars');
    const whole = toNumber(books.lastStatement.buyingPower);
    return under(whole - left, whole, 'dollars');
  },
};
