/** Symbols that move together. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { marketOf } from '#server/engine/genesis.ts';
import { clusterExposure } from '#server/risk/controls/cluster-exposure.ts';
import { AAPL } from '#tests/support/builders.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const beside = (shares: number, mine: number, its: number) => (books: Books) => {
  const market = marketOf(books, 'MSFT' as AssetSymbol);
  market.lastPrice = 100;
  market.held = shares;
  market.tape.cluster = its;
  marketOf(books, AAPL).tape.cluster = mine;
};
const limits = { maxClusterPercent: 10 };

refusesAndPasses(
  clusterExposure,
  { limits, change: beside(91, 1, 1) },
  'what moves together would be 10.10 % of the equity, at most 10 %',
  { limits, change: beside(90, 1, 1) },
);

test('what is known to move apart does not count; what is not known counts as together', () => {
  expect(refusedBy(clusterExposure, { limits, change: beside(900, 1, 2) })).toBeUndefined();
  expect(refusedBy(clusterExposure, { limits, change: beside(91, 0, 2) })).toContain('10.10 %');
  expect(refusedBy(clusterExposure, { limits, change: beside(91, 1, 0) })).toContain('10.10 %');
  expect(reads(clusterExposure, { limits, change: beside(50, 1, 1) })).toMatchObject({ value: 5, limit: 10, state: 'ok' });
});
