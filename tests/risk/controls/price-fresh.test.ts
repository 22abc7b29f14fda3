/** Old prices and lost streams. */
import { expect, test } from 'vitest';
import { plus } from '#server/domain/time.ts';
import { priceFresh } from '#server/risk/controls/price-fresh.ts';
import { NOON } from '#tests/support/builders.ts';
import { instrument, reads, refusesAndPasses } from './both.ts';

refusesAndPasses(
  priceFresh,
  { change: (books) => Object.assign(books, { at: plus(NOON, 120_001) }) },
  'the price is 120001 ms old, at most 120000 is allowed',
  { change: (books) => Object.assign(books, { at: plus(NOON, 120_000) }) },
);
refusesAndPasses(priceFresh, { change: (books) => books.lostFeeds.add('stocks') }, 'the market data stream is down', {
  change: (books) => books.lostFeeds.add('crypto'),
});
refusesAndPasses(
  priceFresh,
  { change: (books, market) => [books.lostFeeds.add('crypto'), instrument({ assetClass: 'crypto' })(books, market)] },
  'the market data stream is down',
  { change: (books, market) => [books.lostFeeds.add('stocks'), instrument({ assetClass: 'crypto' })(books, market)] },
);

test('it reads the age beside its limit', () => {
  const aged = (ms: number) => reads(priceFresh, { change: (books) => Object.assign(books, { at: plus(NOON, ms) }) });
  expect(aged(1000)).toMatchObject({ value: 1000, limit: 120_000, unit: 'ms', state: 'ok', of: 'AAPL' });
  expect(aged(96_000).state).toBe('near');
  expect(aged(120_001).state).toBe('refusing');
  expect(reads(priceFresh, { change: (books) => books.lostFeeds.add('stocks') }).state).toBe('refusing');
});
