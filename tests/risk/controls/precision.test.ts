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

test('a billionth is below the smallest order where anything is a lot; nothing at all is refused by another control', () => {
  const finest = instrument({ quantityStep: parseQuantity('0.000000001'), minQuantity: parseQuantity('0.5') });
  const of = (quantity: string) => refusedBy(precision, { intent: { quantity: parseQuantity(quantity) }, change: finest });
  expect(of('0.000000001')).toBe('0.000000001 is below the smallest order');
  expect(of('0.499999999')).toContain('below the smallest order');
  expect(of('0.5')).toBeUndefined();
  expect(of('0')).toBeUndefined();
});

test('both prices of a pair are on the tick', () => {
  const pair = (limitPrice: string, stopPrice: string) =>
    refusedBy(precision, { intent: { type: 'oco', limitPrice: parsePrice(limitPrice), stopPrice: parsePrice(stopPrice) } as never });
  expect(pair('110', '90')).toBeUndefined();
  expect(pair('110.001', '90')).toContain('110.001 is on no tick');
  expect(pair('110', '90.001')).toContain('90.001 is on no tick');
});
