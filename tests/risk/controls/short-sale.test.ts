/** What may be sold short. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { shortSale } from '#server/risk/controls/short-sale.ts';
import { holds, instrument, money, reads, refusedBy, refusesAndPasses, sale } from './both.ts';

const limits = { minShortEquity: money('2000') };
const equity = (dollars: number) => (books: Books) => Object.assign(books.lossScreen, { equity: dollars });
const fell = (previousClose: number) => (_: Books, market: Market) => Object.assign(market.tape, { previousClose });

refusesAndPasses(shortSale, { limits, intent: sale, change: equity(1999.99) }, 'the equity is below the $2000 that a short sale takes', {
  limits,
  intent: sale,
  change: equity(2000),
});
refusesAndPasses(shortSale, { limits, intent: sale, change: fell(111.2) }, 'it has fallen by a tenth since the day before', {
  limits,
  intent: sale,
  change: fell(111.1),
});

const hard = instrument({ borrowStatus: 'hard_to_borrow' });

refusesAndPasses(shortSale, { limits, intent: sale, change: hard }, 'it is hard to borrow', { limits, intent: sale });
refusesAndPasses(
  shortSale,
  { limits, intent: sale, change: instrument({ borrowStatus: undefined }) },
  'the broker does not say whether it can be borrowed',
  { limits, intent: sale, change: (books, market) => [holds('10')(books, market), instrument({ borrowStatus: undefined })(books, market)] },
);

test('without an instrument nothing is known of borrowing, and what is bought needs none', () => {
  const unknown = (_: Books, market: Market) => Object.assign(market, { instrument: undefined });
  expect(refusedBy(shortSale, { limits, intent: sale, change: unknown })).toBe('the broker does not say whether it can be borrowed');
  expect(refusedBy(shortSale, { limits, change: hard })).toBeUndefined();
});

test('a part of a share is not borrowed; what is bought, or sold of what is held, is not short', () => {
  const part = { ...sale, quantity: parseQuantity('1.5') };
  expect(refusedBy(shortSale, { limits, intent: part })).toBe('a part of a share can not be borrowed');
  expect(refusedBy(shortSale, { limits, intent: { quantity: parseQuantity('1.5') }, change: equity(1) })).toBeUndefined();
  expect(
    refusedBy(shortSale, { limits, intent: sale, change: (books, market) => [holds('10')(books, market), equity(1)(books)] }),
  ).toBeUndefined();
  expect(
    refusedBy(shortSale, { limits, intent: sale, change: (books, market) => [holds('9')(books, market), equity(1)(books)] }),
  ).toContain('the equity is below');
  expect(reads(shortSale, { limits, change: equity(1999) }).state).toBe('refusing');
  expect(reads(shortSale, { limits })).toMatchObject({ limit: 2000, state: 'ok' });
});

test('a fall of exactly a tenth restricts, of a stock below a dollar too; without a close of the day before none is known', () => {
  const to = (lastPrice: number, previousClose: number) => (_: Books, market: Market) => {
    Object.assign(market, { lastPrice });
    Object.assign(market.tape, { previousClose });
  };
  const restricted = (change: ReturnType<typeof to>) => refusedBy(shortSale, { limits, intent: sale, change });
  expect(restricted(to(90, 100))).toContain('fallen by a tenth');
  expect(restricted(to(90.01, 100))).toBeUndefined();
  expect(restricted(to(0.45, 0.5))).toContain('fallen by a tenth');
  expect(restricted(to(0.46, 0.5))).toBeUndefined();
  expect(restricted(to(0.01, 0))).toBeUndefined();
});

test('it reads open at the least equity itself', () => {
  expect(reads(shortSale, { limits, change: equity(2000) }).state).toBe('ok');
  expect(reads(shortSale, { limits, change: equity(1999.99) }).state).toBe('refusing');
});
