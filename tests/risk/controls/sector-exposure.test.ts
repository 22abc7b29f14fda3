/** All symbols of a sector together. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { marketOf } from '#server/engine/genesis.ts';
import { sectorExposure } from '#server/risk/controls/sector-exposure.ts';
import { AAPL } from '#tests/support/builders.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const MSFT = 'MSFT' as AssetSymbol;
/** Another symbol of which so many shares are held at $100. */
const beside = (symbol: AssetSymbol, shares: number) => (books: Books) => {
  const market = marketOf(books, symbol);
  market.lastPrice = 100;
  market.held = shares;
};
const sectors = new Map([
  [AAPL, 'technology'],
  [MSFT, 'technology'],
]);
const limits = { maxSectorPercent: 10, sectors };

refusesAndPasses(
  sectorExposure,
  { limits, change: beside(MSFT, 91) },
  'the sector technology would be 10.10 % of the equity, at most 10 %',
  { limits, change: beside(MSFT, 90) },
);

test('other sectors do not count; those that nobody knows are one of their own', () => {
  const other = 'XYZ' as AssetSymbol;
  expect(refusedBy(sectorExposure, { limits, change: beside(other, 900) })).toBeUndefined();
  const unknown = { maxSectorPercent: 10, sectors: new Map() };
  expect(refusedBy(sectorExposure, { limits: unknown, change: beside(other, 91) })).toContain('the sector unknown');
  expect(reads(sectorExposure, { limits, change: beside(MSFT, 50) })).toMatchObject({ value: 5, limit: 10, of: 'technology', state: 'ok' });
});
