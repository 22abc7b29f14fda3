/** Orders of the same account that could meet. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import type { AssetSymbol, BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { parseQuantity } from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import { selfTrade } from '#server/risk/controls/self-trade.ts';
import { AAPL, view } from '#tests/support/builders.ts';
import { outstanding } from '../cases.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const stranger =
  (side: Side, symbol: AssetSymbol = AAPL) =>
  (books: Books) => {
    const one = view('by-hand' as OrderId, 'new', { side, symbol, quantity: parseQuantity('1'), limitPrice: 1n as never });
    books.externalOrders.set('b1' as BrokerOrderId, one);
  };

refusesAndPasses(selfTrade, { change: stranger('sell') }, 'it could trade with order b-by-hand of the same account', {
  change: stranger('buy'),
});

test('of another symbol it does not meet; our own order is met too', () => {
  expect(refusedBy(selfTrade, { change: stranger('sell', 'MSFT' as AssetSymbol) })).toBeUndefined();
  const own = (side: Side) => (books: Books, market: Market) => outstanding(books, market, { side });
  expect(refusedBy(selfTrade, { change: own('sell') })).toContain('rtest-0-1');
  expect(refusedBy(selfTrade, { change: own('buy') })).toBeUndefined();
  expect(reads(selfTrade, {}).state).toBe('ok');
});
