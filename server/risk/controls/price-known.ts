/** P24 nothing is opened without a price. */
import type { Control } from '../control.ts';
import { door, worstMarket } from '../reading.ts';

export const priceKnown: Control = {
  name: 'priceKnown',
  id: 'P24',
  term: 'missing-data gate',
  answers: '15c3-5(c)(1)(ii)',
  limit: undefined,
  asks: 'opening',
  rule: ({ market }) => (Number.isNaN(market.lastPrice) ? 'no price is known yet' : undefined),
  measure: (standing) => worstMarket(standing, ({ lastPrice, symbol }) => door(Number.isNaN(lastPrice), symbol)),
};
