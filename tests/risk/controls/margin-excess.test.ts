/** Equity above the maintenance margin. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { marginExcess } from '#server/risk/controls/margin-excess.ts';
import { holds, money, reads, refusedBy, refusesAndPasses } from './both.ts';

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
  expect(left(10_000, 2.5)).toBeCloseTo(87.5, 9);
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

/** At two dollars a share is no security: the margin is all that it is worth. With the equity of 100,000. */
const worth = (dollars: number) => holding(dollars / 2, 2);

test('what is left may be exactly the least', () => {
  // 49,000 are held and 1,000 bought: half of the equity is left.
  const least = (minMarginExcessPercent: number) => ({ limits: { minMarginExcessPercent }, change: worth(49_000) });
  expect(refusedBy(marginExcess, least(50))).toBeUndefined();
  expect(refusedBy(marginExcess, least(50.01))).toBe('50.00 % of the equity would be left above the margin, at least 50.01 %');
});

test('it reads near from below twice the limit down to the limit itself', () => {
  const state = (minMarginExcessPercent: number) =>
    reads(marginExcess, { limits: { minMarginExcessPercent }, change: worth(50_000) }).state;
  expect([25, 25.01, 50, 50.01].map(state)).toEqual(['ok', 'near', 'near', 'refusing']);
});

test('of an equity of a dollar with nothing held all is left', () => {
  const equity = (dollars: number) => (books: Books) => Object.assign(books.lossScreen, { equity: dollars });
  expect(reads(marginExcess, { limits, change: equity(1) })).toMatchObject({ value: 100, state: 'ok' });
  expect(reads(marginExcess, { limits, change: equity(0) }).value).toBe(Number.NEGATIVE_INFINITY);
});
