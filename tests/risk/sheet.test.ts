/** Exposure in numbers: against the same sums by hand, and what is out always where it is worst. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseQuantity, toNumber } from '#server/domain/money.ts';
import { grossExposureOf } from '#server/domain/valuation.ts';
import { marketOf } from '#server/engine/genesis.ts';
import { percentOf, sheetOf } from '#server/risk/sheet.ts';
import { AAPL, instrument } from '#tests/support/builders.ts';
import { caseOf, outstanding } from './cases.ts';

const MSFT = 'MSFT' as AssetSymbol;

function sheetWith(held: number, other: number, value: number, buys = 0, sells = 0) {
  const { books, limits, market } = caseOf({});
  const beside = marketOf(books, MSFT);
  Object.assign(beside, { lastPrice: 100, held: other, instrument: instrument(MSFT) });
  market.held = held;
  if (buys > 0) outstanding(books, market, { quantity: parseQuantity(String(buys)) }, 1);
  if (sells > 0) outstanding(books, market, { side: 'sell', quantity: parseQuantity(String(sells)) }, 2);
  const sheet = sheetOf({ books, limits }, market, value);
  return { sheet, books, market, beside };
}

test('sums by hand: 10 long and 20 short, 500 dollars more of the first', () => {
  const { sheet } = sheetWith(10, -20, 500);
  expect(sheet).toMatchObject({
    equity: 100_000,
    gross: 3500,
    longest: -500,
    shortest: -1000,
    ofSymbol: 1500,
    ofSector: 3500,
    ofCluster: 3500,
  });
  expect(sheet.maintenance).toBeCloseTo(0.3 * 3500, 9);
  const [a, b] = [1500 * 0.03, 2000 * 0.03];
  expect(sheet.shortfall).toBeCloseTo(2.338 * Math.sqrt(0.8 * (a + b) ** 2 + 0.2 * (a * a + b * b)), 9);
});

test('what is out counts on the side where it is worst', () => {
  const { sheet } = sheetWith(10, 0, -1500, 5, 3);
  // 10 and 5 more; or 10 less 3 and less 15.
  expect(sheet).toMatchObject({ gross: 1500, longest: 1500, shortest: -800, ofSymbol: 1500 });
});

test('what is out is added where the side of the position makes it worst', () => {
  // Long 10: five bought more are worse than three sold. Short 10: the other way round.
  expect(sheetWith(10, 0, 0, 5, 3).sheet).toMatchObject({ longest: 1500, shortest: 700, ofSymbol: 1500 });
  expect(sheetWith(-10, 0, 0, 5, 3).sheet).toMatchObject({ longest: -500, shortest: -1300, ofSymbol: 1300 });
});

test('a position without a price counts at its cost', () => {
  const { books, limits, market } = caseOf({});
  Object.assign(market, { held: 10, lastPrice: Number.NaN });
  Object.assign(market.position, { cost: 1_234_000_000_000n });
  const sheet = sheetOf({ books, limits });
  expect(sheet).toMatchObject({ gross: 1234, ofSymbol: 0, maintenance: 1234 });
});

test('of no equity everything is too much, and nothing is nothing', () => {
  expect(percentOf(1, { equity: 0 })).toBe(Number.POSITIVE_INFINITY);
  expect(percentOf(1, { equity: -5 })).toBe(Number.POSITIVE_INFINITY);
  expect(percentOf(0, { equity: 0 })).toBe(0);
  expect(percentOf(1, { equity: 4 })).toBe(25);
});

test('laws: never below what is held, never falling with an order on the side held, a part never more than the whole', () => {
  const number = fc.integer({ min: -500, max: 500 });
  const out = fc.integer({ min: 0, max: 300 });
  fc.assert(
    fc.property(number, number, number, out, out, (held, other, value, buys, sells) => {
      const { sheet, books, market, beside } = sheetWith(held, other, value, buys, sells);
      expect(sheet.gross).toBeGreaterThanOrEqual(100 * (Math.abs(held) + Math.abs(other)) - 1e-6);
      expect(sheet.ofSymbol).toBeLessThanOrEqual(sheet.ofSector + 1e-6);
      expect(sheet.ofSector).toBeLessThanOrEqual(sheet.gross + 1e-6);
      expect(sheet.ofCluster).toBeLessThanOrEqual(sheet.gross + 1e-6);
      expect(Math.max(Math.abs(sheet.longest), Math.abs(sheet.shortest))).toBeLessThanOrEqual(sheet.gross + 1e-6);
      // Sub-additive: the parts one by one come to no less.
      const alone = [market, beside].reduce(
        (sum, { held: shares }, nth) => sum + (nth === 1 ? Math.abs(shares) * 100 * 0.03 * 2.338 : 0),
        0,
      );
      expect(sheet.shortfall).toBeLessThanOrEqual(alone + sheet.ofSymbol * 0.03 * 2.338 + 1e-6);
      // The exact one, which adds what is out to what is held, is never less.
      market.position.quantity = parseQuantity(String(held));
      beside.position.quantity = parseQuantity(String(other));
      expect(toNumber(grossExposureOf(books)) + Math.abs(value)).toBeGreaterThanOrEqual(sheet.gross - 1e-6);
    }),
    { numRuns: 300 },
  );
  expect(AAPL).not.toBe(MSFT);
});
