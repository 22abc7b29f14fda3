/** The worst fortieth of days; over several symbols in tests/risk/sheet.test.ts. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { expectedShortfall } from '#server/risk/controls/expected-shortfall.ts';
import { holds, money, reads, refusedBy, refusesAndPasses } from './both.ts';

const holding = (shares: number, volatility: number) => (books: Books, market: Market) => {
  holds(String(shares))(books, market);
  market.held = shares;
  market.tape.volatility = volatility;
};
const limits = { maxShortfallPercent: 1, maxPositionNotional: money('99999') };

// 2 % a day, 2.338 standard deviations: 21,386 dollars lose one percent of 100,000.
refusesAndPasses(
  expectedShortfall,
  { limits, change: holding(204, 0.02) },
  'the expected shortfall would be 1.00 % of the equity, at most 1 %',
  { limits, change: holding(203, 0.02) },
);

test('without enough returns three percent a day are assumed', () => {
  expect(reads(expectedShortfall, { limits, change: holding(100, 0) }).value).toBeCloseTo(2.338 * 0.03 * 10, 9);
  expect(reads(expectedShortfall, { limits, change: holding(100, 0.02) }).value).toBeCloseTo(2.338 * 0.02 * 10, 9);
  expect(reads(expectedShortfall, { limits, change: holding(200, 0) }).state).toBe('refusing');
  expect(refusedBy(expectedShortfall, { limits })).toBeUndefined();
});

test('a shortfall of exactly the limit passes', () => {
  // 1,000 dollars at 3 % a day: 30 dollars, of which 2.338 times are 1 % of 7,014.
  const equity = (dollars: number) => ({ limits, change: (books: Books) => Object.assign(books.lossScreen, { equity: dollars }) });
  expect(refusedBy(expectedShortfall, equity(7014))).toBeUndefined();
  expect(refusedBy(expectedShortfall, equity(7013))).toContain('1.00 % of the equity');
});
