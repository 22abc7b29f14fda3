/** One symbol as a part of the equity. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { concentration } from '#server/risk/controls/concentration.ts';
import { holds, reads, refusesAndPasses } from './both.ts';

const holding = (shares: number) => (books: Books, market: Market) => {
  holds(String(shares))(books, market);
  market.held = shares;
};
const limits = { maxConcentrationPercent: 10 };

refusesAndPasses(concentration, { limits, change: holding(91) }, 'the symbol would be 10.10 % of the equity, at most 10 %', {
  limits,
  change: holding(90),
});

test('it reads the symbol that is most of the equity', () => {
  expect(reads(concentration, { limits, change: holding(50) })).toMatchObject({ value: 5, limit: 10, of: 'AAPL', state: 'ok' });
  expect(reads(concentration, { limits, change: holding(101) }).state).toBe('refusing');
  expect(reads(concentration, { limits, change: holding(80) }).state).toBe('near');
});
