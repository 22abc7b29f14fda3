/** P11 lots and ticks: quantities are multiples of the lot, prices of the tick, and no order is below the smallest. */
import { priceStepAt } from '#server/domain/instrument.ts';
import { formatFixed } from '#server/domain/money.ts';
import { limitPriceOf, stopPriceOf } from '#server/domain/order-terms.ts';
import type { Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

export const precision: Control = {
  name: 'precision',
  id: 'P11',
  term: 'tick, lot and precision check',
  answers: '15c3-5(c)(1)(ii)',
  limit: undefined,
  asks: 'opening',
  rule: ({ intent, market: { instrument } }) => {
    // Nothing is known of it: another control says so.
    if (instrument === undefined) return undefined;
    const { quantity } = intent;
    if (quantity % instrument.quantityStep !== 0n)
      return `${formatFixed(quantity)} is no multiple of ${formatFixed(instrument.quantityStep)}`;
    if (quantity > 0n && quantity < instrument.minQuantity) return `${formatFixed(quantity)} is below the smallest order`;
    for (const price of [limitPriceOf(intent), stopPriceOf(intent)])
      if (price !== undefined && price % priceStepAt(instrument, price) !== 0n) return `the price of ${formatFixed(price)} is on no tick`;
    return undefined;
  },
  measure: () => ofOrder(undefined, 'none'),
};
