/** All that is held and out, over the equity. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { leverage } from '#server/risk/controls/leverage.ts';
import { holds, reads, refusedBy, refusesAndPasses } from './both.ts';

const equity = (dollars: number) => (books: Books, market: Market) => {
  holds('10')(books, market);
  market.held = 10;
  books.lossScreen.equity = dollars;
};

refusesAndPasses(
  leverage,
  { limits: { maxLeverage: 1 }, change: equity(1999.99) },
  '$2000.00 would be held and out on an equity of $1999.99, at most 1 times it',
  { limits: { maxLeverage: 1 }, change: equity(2000) },
);

test('it reads what is held and out over the equity; without any it is not known', () => {
  expect(reads(leverage, { limits: { maxLeverage: 2 }, change: equity(1000) })).toMatchObject({ value: 1, limit: 2, state: 'ok' });
  expect(reads(leverage, { limits: { maxLeverage: 2 }, change: equity(400) })).toMatchObject({ value: 2.5, state: 'refusing' });
  expect(reads(leverage, { limits: { maxLeverage: 2 }, change: equity(1) })).toMatchObject({ value: 1000, state: 'refusing' });
  expect(reads(leverage, { limits: { maxLeverage: 2 }, change: equity(0) }).state).toBe('unknown');
  expect(refusedBy(leverage, { limits: { maxLeverage: 2 }, change: equity(0) })).toContain('equity of $0.00');
});
