/** P06 maximum order value. */
import { formatFixed, notional, toNumber } from '#server/domain/money.ts';
import type { Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

export const orderNotional: Control = {
  name: 'orderNotional',
  id: 'P06',
  term: 'maximum order value',
  answers: 'RTS 6 Art 15(1)(b), 15c3-5(c)(1)(ii), FIA',
  limit: 'maxOrderNotional',
  asks: 'opening',
  rule: ({ intent, limits }) => {
    const value = notional(intent.expectedPrice, intent.quantity);
    return value > limits.maxOrderNotional
      ? `$${formatFixed(value)} is above $${formatFixed(limits.maxOrderNotional)} an order`
      : undefined;
  },
  measure: ({ limits }) => ofOrder(toNumber(limits.maxOrderNotional), 'dollars'),
};
