/** How long a quote says something of now, and what lies in the middle of it. */
import { expect, test } from 'vitest';
import { plus } from '#server/domain/time.ts';
import { freshQuote, middleOf } from '#server/risk/quotes.ts';
import { AAPL, NOON } from '#tests/support/builders.ts';
import { caseOf } from './cases.ts';

function quoted(bid: number, ask: number, agoMs = 0) {
  const { books, market } = caseOf({});
  market.quote = { symbol: AAPL, at: plus(NOON, -agoMs), bid, bidSize: 1, ask, askSize: 1 };
  return { books, market };
}

test('it says something of now for two minutes', () => {
  const isFresh = (agoMs: number) => {
    const { books, market } = quoted(99, 101, agoMs);
    return freshQuote(books, market) === market.quote;
  };
  expect([0, 120_000, 120_001].map(isFresh)).toEqual([true, true, false]);
  const { books, market } = caseOf({});
  expect(freshQuote(books, market)).toBeUndefined();
});

test('the middle lies between both sides, of prices below a dollar too; where one side is missing, or the quote is old, there is none', () => {
  const middle = (...of: Parameters<typeof quoted>) => {
    const { books, market } = quoted(...of);
    return middleOf(books, market);
  };
  expect([middle(99, 101), middle(0.25, 0.75)]).toEqual([100, 0.5]);
  expect([middle(0, 101), middle(99, 0), middle(99, 101, 120_001)]).toEqual([undefined, undefined, undefined]);
});
