/** What books are worth, and what they could come to be exposed to. */
import { expect, test } from 'vitest';
import { formatFixed, parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { dayProfitLossOf, equityOf, grossExposureOf, marketValueOf, markOf, reservedBy, unrealisedOf } from '#server/domain/valuation.ts';
import { AAPL, BTC, bench, fill, placed, plan, portfolio, view } from '#tests/support/builders.ts';

const holding = (quantity: string, averageEntryPrice: string, symbol = AAPL) => ({
  symbol,
  quantity: parseQuantity(quantity),
  averageEntryPrice: parsePrice(averageEntryPrice),
});
const two = () => plan({ portfolios: [portfolio({ symbols: [AAPL, BTC] })] });

test('before the first bar a position is worth what it cost, so that equity is defined', () => {
  const { books } = bench(two(), { cash: parseMoney('1000'), positions: [holding('-10', '50')] });
  const market = books.markets.get(AAPL)!;
  expect(formatFixed(markOf(market)!)).toBe('50');
  expect(formatFixed(marketValueOf(market))).toBe('-500');
  expect(formatFixed(unrealisedOf(market))).toBe('0');
  expect(formatFixed(equityOf(books))).toBe('500');
});

test('without position and price there is no mark, and nothing is worth nothing', () => {
  const { books } = bench(two());
  expect(markOf(books.markets.get(AAPL)!)).toBeUndefined();
  expect(marketValueOf(books.markets.get(AAPL)!)).toBe(0n);
});

test('longs and shorts add up in the exposure, and offset in the equity', () => {
  const engine = bench(two(), { cash: parseMoney('1000'), positions: [holding('10', '50'), holding('-0.5', '400', BTC)] });
  expect(formatFixed(grossExposureOf(engine.books))).toBe('700');
  expect(formatFixed(equityOf(engine.books))).toBe('1300');
  expect(formatFixed(dayProfitLossOf(engine.books)!)).toBe('0');
  engine.bar(60, BTC);
  expect(formatFixed(grossExposureOf(engine.books))).toBe('530');
  // The first price is where the day begins for what was inherited.
  expect(formatFixed(dayProfitLossOf(engine.books)!)).toBe('0');
  engine.bar(40, BTC);
  expect(formatFixed(dayProfitLossOf(engine.books)!)).toBe('10');
  expect(formatFixed(equityOf(engine.books))).toBe('1480');
});

test('an opening order reserves what is unfilled of it while it is open, whatever its state; a reducing one nothing', () => {
  const engine = bench();
  const [entry] = placed(engine.bar(100));
  const { order } = entry!;
  const reserved = () => formatFixed(reservedBy(engine.books.markets.get(AAPL)!));
  expect(reserved()).toBe('10000');
  engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
  expect(reserved()).toBe('10000');
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '40', '101') });
  expect(reserved()).toBe('6000');
  engine.happen({ kind: 'orderSeen', view: view(order, 'pending_cancel', { filled: parseQuantity('40') }) });
  expect(reserved()).toBe('6000');
  expect(formatFixed(grossExposureOf(engine.books))).toBe('10000');
  engine.happen({ kind: 'orderSeen', view: view(order, 'canceled', { filled: parseQuantity('40') }) });
  expect(reserved()).toBe('0');
  engine.happen({ kind: 'killEngaged', level: 'flatten', by: 'test', reason: '' });
  expect(engine.books.openOrderCount).toBe(1);
  expect(reserved()).toBe('0');
});

test('before the first statement the day has no profit', () => {
  const { books } = bench();
  books.day = undefined;
  expect(dayProfitLossOf(books)).toBeUndefined();
});
