/** One order a symbol. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { nothingInFlight } from '#server/risk/controls/nothing-in-flight.ts';
import { outstanding } from '../cases.ts';
import { money, reads, refusesAndPasses, why } from './both.ts';

const out = (books: Books, market: Market) => outstanding(books, market, { quantity: parseQuantity('190') });
const wide = { maxGrossExposure: money('20000') };

refusesAndPasses(nothingInFlight, { change: out, limits: wide }, 'order rtest-0-1 is still open', { limits: wide });

test('what is out counts in position and exposure too', () => {
  const close = { maxPositionNotional: money('19999'), maxGrossExposure: money('19999') };
  expect(why({ change: out, limits: close })).toContain('the position would be $20000');
  expect(why({ change: out, limits: close })).toContain('exposure would be $20000');
  expect(reads(nothingInFlight, {}).state).toBe('ok');
});
