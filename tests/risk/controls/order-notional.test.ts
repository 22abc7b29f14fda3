/** Dollars of one order, to the nano-dollar. */
import { expect, test } from 'vitest';
import { orderNotional } from '#server/risk/controls/order-notional.ts';
import { money, reads, refusesAndPasses } from './both.ts';

refusesAndPasses(orderNotional, { limits: { maxOrderNotional: money('999.999999999') } }, '$1000 is above $999.999999999 an order', {
  limits: { maxOrderNotional: money('1000') },
});

test('it reads its limit: the books have no value of an order', () => {
  expect(reads(orderNotional, { limits: { maxOrderNotional: money('1000') } })).toMatchObject({
    limit: 1000,
    value: undefined,
    state: 'ok',
  });
});
