/** Equity above the maintenance margin. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { marginExcess } from '#server/risk/controls/margin-excess.ts';
import { holds, money, reads, refusesAndPasses } from './both.ts';

const holding =
  (shares: number, lastPrice = 100) =>
  (books: Books, market: Market) => {
    holds(String(shares))(books, market);
    market.held = shares;
    market.lastPrice = lastPrice;
  };
const limits = { minMarginExcessPercent: 10 };

// Of 300,000 dollars the broker wants 90,000.
refusesAndPasses(
  marginExcess,
  { limits: { ...limits, maxPositionNotional: money('999999'), maxGrossExposure: money('999999') }, change: holding(2991) },
  '9.97 % of the equity would be left above the margin, at least 10 %',
  {
    limits: { ...limits, maxPositionNotional: money('999999'), maxGrossExposure: money('999999') },
    change: holding(2989),
  },
);

test('what is cheap is no security, and a short share takes five dollars at least', () => {
  const left = (shares: number, price: number) => reads(marginExcess, { limits, change: holding(shares, price) }).value;
  expect(left(1000, 100)).toBeCloseTo(70, 9);
  expect(left(10_000, 2.5)).toBeCloseTo(92.5, 9);
  expect(left(10_000, 2.49)).toBeCloseTo(75.1, 9);
  expect(left(-1000, 10)).toBeCloseTo(95, 9);
  expect(left(-1000, 20)).toBeCloseTo(94, 9);
});

test('it reads near below twice the limit, and refusing below it', () => {
  expect(reads(marginExcess, { limits, change: holding(2000) }).state).toBe('ok');
  expect(reads(marginExcess, { limits, change: holding(2700) }).state).toBe('near');
  expect(reads(marginExcess, { limits, change: holding(3001) }).state).toBe('refusing');
  const broke = (books: Books) => Object.assign(books.lossScreen, { equity: 0 });
  expect(reads(marginExcess, { limits, change: broke }).state).toBe('refusing');
});
