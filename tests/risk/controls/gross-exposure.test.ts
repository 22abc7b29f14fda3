/** All positions, long and short added up; with orders of others in tests/engine/strangers.test.ts. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import type { AssetSymbol, BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import { grossExposure } from '#server/risk/controls/gross-exposure.ts';
import { view } from '#tests/support/builders.ts';
import { holds, money, reads, refusedBy, refusesAndPasses } from './both.ts';

refusesAndPasses(
  grossExposure,
  { limits: { maxGrossExposure: money('1999') }, change: holds('-10') },
  'exposure would be $2000, at most $1999',
  { limits: { maxGrossExposure: money('2000') }, change: holds('-10') },
);

test('it reads what is held and out', () => {
  const scene = (limit: string) => ({ limits: { maxGrossExposure: money(limit) }, change: holds('-10') });
  expect(reads(grossExposure, scene('2000'))).toMatchObject({ value: 1000, limit: 2000, state: 'ok' });
  expect(reads(grossExposure, scene('999')).state).toBe('refusing');
});

test("while it can not be told what somebody else's order can still add, nothing is opened", () => {
  const others = (side: Side) => (books: Books) => {
    const one = view('by-hand' as OrderId, 'new', {
      symbol: 'MSFT' as AssetSymbol,
      side,
      quantity: parseQuantity('3'),
      limitPrice: parsePrice('100'),
    });
    books.externalOrders.set('b1' as BrokerOrderId, one);
  };
  // A purchase costs its limit at most; what a sale of a symbol brings of which no price is known nobody can tell.
  const limits = { maxGrossExposure: money('1300') };
  expect(refusedBy(grossExposure, { limits, change: others('sell') })).toBe(
    "what somebody else's order of MSFT can still add is not known",
  );
  expect(refusedBy(grossExposure, { limits, change: others('buy') })).toBeUndefined();
  expect(refusedBy(grossExposure, { limits: { maxGrossExposure: money('1299.99') }, change: others('buy') })).toBe(
    'exposure would be $1300, at most $1299.99',
  );
});
