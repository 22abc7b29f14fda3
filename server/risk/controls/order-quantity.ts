/** P07 maximum order volume: units that were mixed up (dollars for shares) end here. */
import { formatFixed, toNumber } from '#server/domain/money.ts';
import type { Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

export const orderQuantity: Control = {
  name: 'orderQuantity',
  id: 'P07',
  term: 'maximum order volume',
  answers: 'RTS 6 Art 15(1)(c), FIA',
  limit: 'maxOrderQuantity',
  asks: 'opening',
  rule: ({ intent, limits }) =>
    intent.quantity > limits.maxOrderQuantity
      ? `${formatFixed(intent.quantity)} are more than ${formatFixed(limits.maxOrderQuantity)} an order`
      : undefined,
  measure: ({ limits }) => ofOrder(toNumber(limits.maxOrderQuantity), 'shares'),
};
