/** Shares of one order. */
import { expect, test } from 'vitest';
import { parseQuantity } from '#server/domain/money.ts';
import { orderQuantity } from '#server/risk/controls/order-quantity.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const most = (shares: string) => ({ limits: { maxOrderQuantity: parseQuantity(shares) } });

refusesAndPasses(orderQuantity, most('9.999999999'), '10 are more than 9.999999999 an order', most('10'));

test('dollars that were taken for shares end here', () => {
  const swapped = { ...most('10000'), intent: { quantity: parseQuantity('58000000') } };
  expect(refusedBy(orderQuantity, swapped)).toBe('58000000 are more than 10000 an order');
  expect(reads(orderQuantity, most('10000'))).toMatchObject({ limit: 10_000, unit: 'shares', state: 'ok' });
});
