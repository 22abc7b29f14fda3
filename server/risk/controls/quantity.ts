/** P30 an order is for something: never for nothing, and never for less. */
import type { Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

export const quantity: Control = {
  name: 'quantity',
  id: 'P30',
  term: 'order quantity above zero',
  answers: '15c3-5(c)(1)(ii)',
  limit: undefined,
  asks: 'always',
  rule: ({ intent }) => (intent.quantity <= 0n ? 'the quantity is not above zero' : undefined),
  measure: () => ofOrder(undefined, 'none'),
};
