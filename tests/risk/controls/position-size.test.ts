/** A position with all that is out. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import { positionSize } from '#server/risk/controls/position-size.ts';
import { view } from '#tests/support/builders.ts';
import { outstanding } from '../cases.ts';
import { holds, money, reads, refusedBy, refusesAndPasses, sale } from './both.ts';

refusesAndPasses(
  positionSize,
  { limits: { maxPositionNotional: money('1499.99') }, change: holds('5') },
  'the position would be $1500, at most $1499.99',
  { limits: { maxPositionNotional: money('1500') }, change: holds('5') },
);
refusesAndPasses(
  positionSize,
  { intent: sale, limits: { maxPositionNotional: money('1499.99') }, change: holds('-5') },
  'the position would be $1500',
  { intent: sale, limits: { maxPositionNotional: money('1500') }, change: holds('-5') },
);

test('it reads the largest position beside the limit', () => {
  const held = (quantity: string) => reads(positionSize, { limits: { maxPositionNotional: money('1000') }, change: holds(quantity) });
  expect(held('-5')).toMatchObject({ value: 500, limit: 1000, state: 'ok', of: 'AAPL' });
  expect(held('8').state).toBe('near');
  expect(held('10').state).toBe('near');
  expect(held('10.01').state).toBe('refusing');
});

test("what somebody else's order can still add counts", () => {
  const others = (books: Books) => {
    const one = view('by-hand' as OrderId, 'new', { quantity: parseQuantity('3'), limitPrice: parsePrice('100') });
    books.externalOrders.set('b1' as BrokerOrderId, one);
  };
  const most = (dollars: string) => ({ limits: { maxPositionNotional: money(dollars) }, change: others });
  expect(refusedBy(positionSize, most('1299.99'))).toBe('the position would be $1300, at most $1299.99');
  expect(refusedBy(positionSize, most('1300'))).toBeUndefined();
  expect(reads(positionSize, most('1000'))).toMatchObject({ value: 300, state: 'ok' });
});

test('what is out counts on its own side: bought to what is long, sold to what is short', () => {
  const out = (side: 'buy' | 'sell', quantity: string) => (books: Books, market: Market) =>
    outstanding(books, market, { side, quantity: parseQuantity(quantity) });
  const most = (dollars: string) => ({ maxPositionNotional: money(dollars) });
  // Three are being bought, ten more would be.
  expect(refusedBy(positionSize, { limits: most('1299.99'), change: out('buy', '3') })).toBe(
    'the position would be $1300, at most $1299.99',
  );
  expect(refusedBy(positionSize, { limits: most('1300'), change: out('buy', '3') })).toBeUndefined();
  // Three are being sold short, ten more would be.
  expect(refusedBy(positionSize, { limits: most('1299.99'), intent: sale, change: out('sell', '3') })).toContain('would be $1300');
  expect(refusedBy(positionSize, { limits: most('1300'), intent: sale, change: out('sell', '3') })).toBeUndefined();
  // What is sold meanwhile makes it less.
  expect(refusedBy(positionSize, { limits: most('700'), change: out('sell', '3') })).toBeUndefined();
  expect(refusedBy(positionSize, { limits: most('699.99'), change: out('sell', '3') })).toContain('would be $700');
});

test('it reads what is held with what is out and what others can still add', () => {
  const all = (books: Books, market: Market) => {
    holds('2')(books, market);
    outstanding(books, market, { quantity: parseQuantity('4') });
    const one = view('by-hand' as OrderId, 'new', { quantity: parseQuantity('1'), limitPrice: parsePrice('100') });
    books.externalOrders.set('b1' as BrokerOrderId, one);
  };
  expect(reads(positionSize, { limits: { maxPositionNotional: money('1000') }, change: all }).value).toBe(700);
});
