/** P14 one order a symbol: a second one is not opened while the first is open. */
import type { Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

export const nothingInFlight: Control = {
  name: 'nothingInFlight',
  id: 'P14',
  term: 'duplicate order check: order in flight',
  answers: '15c3-5(c)(1)(ii)',
  limit: undefined,
  asks: 'opening',
  rule: ({ market }) => (market.openOrders.length > 0 ? `order ${market.openOrders[0]?.id} is still open` : undefined),
  measure: () => ofOrder(undefined, 'none'),
};
