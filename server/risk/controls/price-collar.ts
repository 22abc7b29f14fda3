/** P09 price collar: an order's price lies near the newest one, and near the middle of a fresh quote. */
import type { Control } from '../control.ts';
import { priceOf } from '../price-of.ts';
import { middleOf } from '../quotes.ts';
import { ofOrder } from '../reading.ts';

export const priceCollar: Control = {
  name: 'priceCollar',
  id: 'P09',
  term: 'price collar',
  answers: 'RTS 6 Art 15(1)(a), 15c3-5(c)(1)(ii), FIA',
  limit: 'maxPriceDeviationPercent',
  asks: 'opening',
  rule: ({ intent, books, market, limits }) => {
    const price = priceOf(intent);
    const most = limits.maxPriceDeviationPercent / 100;
    const { lastPrice } = market;
    if (Math.abs(price - lastPrice) > most * lastPrice) return `the price of ${price} is too far from the newest, ${lastPrice}`;
    const middle = middleOf(books, market);
    if (middle === undefined || Math.abs(price - middle) <= most * middle) return undefined;
    return `the price of ${price} is too far from the middle of the quote, ${middle}`;
  },
  measure: ({ limits }) => ofOrder(limits.maxPriceDeviationPercent, 'percent'),
};
