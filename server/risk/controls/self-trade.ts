/** P15 self-trade prevention: nothing is opened against an order of the same account on the other side, whoever gave it. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Side } from '#server/domain/order.ts';
import type { Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

function meets(books: Books, market: Market, side: Side): string | undefined {
  for (const order of market.openOrders) if (order.side !== side) return order.id;
  for (const view of books.externalOrders.values()) if (view.symbol === market.symbol && view.side !== side) return view.brokerId;
  return undefined;
}

export const selfTrade: Control = {
  name: 'selfTrade',
  id: 'P15',
  term: 'self-trade prevention',
  answers: 'FINRA 5210, FIA self-match prevention',
  limit: undefined,
  asks: 'opening',
  rule: ({ intent, books, market }) => {
    const other = meets(books, market, intent.side);
    return other === undefined ? undefined : `it could trade with order ${other} of the same account`;
  },
  measure: () => ofOrder(undefined, 'none'),
};
