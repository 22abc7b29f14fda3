/** An order is for something. */
import { expect, test } from 'vitest';
import { type Quantity, UNIT } from '#server/domain/money.ts';
import { quantity } from '#server/risk/controls/quantity.ts';
import { holds, refusesAndPasses, why } from './both.ts';

refusesAndPasses(quantity, { intent: { quantity: 0n as Quantity } }, 'the quantity is not above zero', {
  intent: { quantity: UNIT as Quantity },
});

test('of a reducing order too', () => {
  expect(why({ intent: { purpose: 'reduce', side: 'sell', quantity: -1n as Quantity }, change: holds('5') })).toBe(
    'the quantity is not above zero',
  );
});
