/** Lots, ticks and the smallest order. */
import { expect, test } from 'vitest';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import { precision } from '#server/risk/controls/precision.ts';
import { instrument, reads, refusedBy, refusesAndPasses } from './both.ts';

const shares = (quantity: string) => ({ intent: { quantity: parseQuantity(quantity) } });

refusesAndPasses(precision, shares('10.5'), '10.5 is no multiple of 1', shares('11'));
refusesAndPasses(precision, { change: instrument({ minQuantity: parseQuantity('20') }) }, '10 is below the smallest order', {
  change: instrument({ minQuantity: parseQuantity('10') }),
});

test('prices are on the tick of their size', () => {
  const limit = (limitPrice: string) => ({ intent: { type: 'limit', limitPrice: parsePrice(limitPrice) } as never });
  expect(refusedBy(precision, limit('100.001'))).toBe('the price of 100.001 is on no tick');
  expect(refusedBy(precision, limit('100.01'))).toBeUndefined();
  expect(refusedBy(precision, limit('0.5001'))).toBeUndefined();
  expect(refusedBy(precision, limit('0.50001'))).toContain('on no tick');
  const stop = { intent: { type: 'stop', stopPrice: parsePrice('100.001') } as never };
  expect(refusedBy(precision, stop)).toContain('on no tick');
  expect(reads(precision, {}).state).toBe('ok');
});
