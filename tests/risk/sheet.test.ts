/** Exposure in numbers: against the same sums by hand, and what is out always where it is worst. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import type { AssetSymbol, BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { parseMoney, parsePrice, parseQuantity, toNumber } from '#server/domain/money.ts';
import { grossExposureOf } from '#server/domain/valuation.ts';
import { marketOf } from '#server/engine/genesis.ts';
import { NO_SHEET, percentOf, sheetOf } from '#server/risk/sheet.ts';
import { AAPL, BTC, instrument, view } from '#tests/support/builders.ts';
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
  expect(percentOf(1, { equity: 0.5 })).toBe(200);
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

/** The sheet of books that a change was made to, of an order for 100 dollars of AAPL. */
function sheetAfter(change: (books: Books, market: Market) => void) {
  const { books, limits, market } = caseOf({});
  change(books, market);
  return sheetOf({ books, limits }, market, 100);
}
const others = (books: Books, symbol: AssetSymbol, side: 'buy' | 'sell') => {
  const one = view('by-hand' as OrderId, 'new', { symbol, side, quantity: parseQuantity('3'), limitPrice: parsePrice('100') });
  books.externalOrders.set('b1' as BrokerOrderId, one);
};

test('of a symbol that is not held what is out counts, ours and that of others, and one share as well', () => {
  const entering = sheetAfter((books) => outstanding(books, marketOf(books, MSFT), { symbol: MSFT, quantity: parseQuantity('4') }));
  expect(entering).toMatchObject({ gross: 500, longest: 500, shortest: 0, ofSymbol: 100, ofSector: 500, ofCluster: 500 });
  expect(entering.exactExposure).toBe(parseMoney('400'));
  const byHand = sheetAfter((books) => {
    marketOf(books, MSFT).lastPrice = 100;
    others(books, MSFT, 'buy');
  });
  expect(byHand).toMatchObject({ gross: 400, longest: 400, shortest: -300, ofSymbol: 100 });
  expect(byHand.exactExposure).toBe(parseMoney('300'));
  const one = sheetAfter((books) => Object.assign(marketOf(books, MSFT), { lastPrice: 100, held: 1 }));
  expect(one).toMatchObject({ gross: 200, longest: 200, shortest: 100 });
});

test("what others' orders can still add makes what is held longer and shorter", () => {
  const sheet = sheetAfter((books, market) => {
    Object.assign(market, { held: 10 });
    market.position.quantity = parseQuantity('10');
    others(books, AAPL, 'buy');
  });
  // Ten held, three bought by others, one by us.
  expect(sheet).toMatchObject({ gross: 1400, longest: 1400, shortest: 700, ofSymbol: 1400 });
  expect([sheet.exactEquity, sheet.exactExposure]).toEqual([parseMoney('101000'), parseMoney('1300')]);
});

test('only what opens is out: what closes a position adds nothing to it', () => {
  const closing = (purpose: 'open' | 'reduce') =>
    sheetAfter((books, market) => outstanding(books, market, { purpose, side: 'sell', quantity: parseQuantity('2') })).shortest;
  expect([closing('reduce'), closing('open')]).toEqual([0, -200]);
});

test('a pair moves by five percent a day where nothing is known, and all of it is its margin', () => {
  const sheet = sheetAfter((books) => Object.assign(marketOf(books, BTC), { lastPrice: 100, held: 9, instrument: instrument(BTC) }));
  const [share, pair] = [100 * 0.03, 900 * 0.05];
  expect(sheet.shortfall).toBeCloseTo(2.338 * Math.sqrt(0.8 * (share + pair) ** 2 + 0.2 * (share ** 2 + pair ** 2)), 9);
  expect(sheet.maintenance).toBeCloseTo(0.3 * 100 + 900, 9);
});

test('the volatility that was measured counts', () => {
  const sheet = sheetAfter((_, market) => Object.assign(market.tape, { volatility: 0.01 }));
  expect(sheet.shortfall).toBeCloseTo(2.338 * 100 * 0.01, 9);
});

test('an order that only reduces is asked with a sheet of nothing', () => {
  expect(Object.values(NO_SHEET).map(Number)).toEqual(Array(Object.keys(NO_SHEET).length).fill(0));
});

test("what others' orders can still add and nobody can tell counts as nothing here: another control refuses", () => {
  const unknown = sheetAfter((books) => {
    marketOf(books, MSFT);
    others(books, MSFT, 'sell');
  });
  expect(unknown).toMatchObject({ gross: 100, longest: 100, shortest: 0 });
});
