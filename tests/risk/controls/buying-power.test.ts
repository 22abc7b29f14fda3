/** The broker's buying power, less what was given since. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import { marketOf } from '#server/engine/genesis.ts';
import { buyingPower } from '#server/risk/controls/buying-power.ts';
import { AAPL, NOON, statement } from '#tests/support/builders.ts';
import { outstanding } from '../cases.ts';
import { money, reads, refusedBy, refusesAndPasses, sale } from './both.ts';

const power =
  (dollars: string, agoMs = 0) =>
  (books: Books) => {
    books.lastStatement = statement({ buyingPower: money(dollars), asOf: plus(NOON, -agoMs) });
  };
const limits = { buyingPowerReservePercent: 10 };

refusesAndPasses(buyingPower, { limits, change: power('1111.11') }, '$1000.00 is more than the $1000.00 of buying power that may be used', {
  limits,
  change: power('1111.12'),
});

test('what was given since the broker was asked is taken off, and comes back when the broker says so', () => {
  const given = (books: Books) => {
    power('3000', 1000)(books);
    outstanding(books, marketOf(books, AAPL), { quantity: parseQuantity('18') });
  };
  expect(refusedBy(buyingPower, { limits, change: given })).toContain('more than the $900.00');
  const toldSince = (books: Books) => [given(books), power('3000', -1)(books)];
  expect(refusedBy(buyingPower, { limits, change: toldSince })).toBeUndefined();
});

test('a word of two minutes ago counts, an older one says nothing', () => {
  expect(refusedBy(buyingPower, { limits, change: power('0', 120_000) })).toContain('more than the $0.00');
  expect(refusedBy(buyingPower, { limits, change: power('0', 120_001) })).toBeUndefined();
  expect(reads(buyingPower, { limits, change: power('1000') })).toMatchObject({ value: 100, limit: 1000, state: 'ok' });
  const old = reads(buyingPower, { limits, change: power('0', 120_001) });
  expect(old, 'it was told as ok').toMatchObject({ value: undefined, state: 'unknown' });
  const sold = (_: Books, market: Market) => Object.assign(market.position, { quantity: 0n });
  expect(
    refusedBy(buyingPower, { limits, intent: sale, change: (books, market) => [sold(books, market), power('1000')(books)] }),
  ).toContain('900.00');
});

test('what was given at the moment of the question may not be in the answer', () => {
  const given = (books: Books) => {
    power('3000')(books);
    outstanding(books, marketOf(books, AAPL), { quantity: parseQuantity('18') });
  };
  expect(refusedBy(buyingPower, { limits, change: given })).toContain('more than the $900.00');
});

test('an order for exactly what may be used passes, one share more does not', () => {
  // Of 2,000 dollars a tenth is held back.
  const shares = (quantity: string) => ({ limits, intent: { quantity: parseQuantity(quantity) }, change: power('2000') });
  expect(refusedBy(buyingPower, shares('18'))).toBeUndefined();
  expect(refusedBy(buyingPower, shares('19'))).toContain('$1900.00 is more than the $1800.00');
});
