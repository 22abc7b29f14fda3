/** An order's price beside the newest one and beside the quote. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { parsePrice } from '#server/domain/money.ts';
import { priceCollar } from '#server/risk/controls/price-collar.ts';
import { AAPL, NOON } from '#tests/support/builders.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const collar = { maxPriceDeviationPercent: 3 };
const at = (price: string) => ({ limits: collar, intent: { expectedPrice: parsePrice(price) } });
const quoted = (bid: number, ask: number) => (_: Books, market: Market) =>
  Object.assign(market, { quote: { symbol: AAPL, at: NOON, bid, bidSize: 1, ask, askSize: 1 } });

refusesAndPasses(priceCollar, at('103.01'), 'the price of 103.01 is too far from the newest, 100', at('103'));
refusesAndPasses(priceCollar, at('96.99'), 'the price of 96.99 is too far from the newest, 100', at('97'));
refusesAndPasses(priceCollar, { limits: collar, change: quoted(95, 97) }, 'the price of 100 is too far from the middle of the quote, 96', {
  limits: collar,
  change: quoted(96.09, 98.09),
});

test('a limit order is held by its own price, not by the one that is expected', () => {
  const limit = (limitPrice: string) => ({ limits: collar, intent: { type: 'limit', limitPrice: parsePrice(limitPrice) } as never });
  expect(refusedBy(priceCollar, limit('103.5'))).toContain('103.5');
  expect(refusedBy(priceCollar, limit('102.5'))).toBeUndefined();
});

test('an old quote says nothing of now, and one without a side has no middle', () => {
  const old = (_: Books, market: Market) =>
    Object.assign(market, { quote: { symbol: AAPL, at: NOON - 120_001, bid: 1, bidSize: 1, ask: 1, askSize: 1 } });
  expect(refusedBy(priceCollar, { limits: collar, change: old })).toBeUndefined();
  expect(refusedBy(priceCollar, { limits: collar, change: quoted(0, 97) })).toBeUndefined();
  expect(reads(priceCollar, { limits: collar })).toMatchObject({ limit: 3, unit: 'percent', state: 'ok' });
});

test('exactly as far from the middle as is allowed passes, above and below', () => {
  const beside = (price: string) =>
    refusedBy(priceCollar, {
      limits: { maxPriceDeviationPercent: 50 },
      intent: { expectedPrice: parsePrice(price) },
      change: quoted(99, 101),
    });
  expect([beside('150'), beside('50')]).toEqual([undefined, undefined]);
  expect(beside('150.01')).toContain('too far');
  // The newest price is 100 as well, so the quote alone is asked with a middle of 80.
  const middle = (price: string) =>
    refusedBy(priceCollar, {
      limits: { maxPriceDeviationPercent: 50 },
      intent: { expectedPrice: parsePrice(price) },
      change: quoted(79, 81),
    });
  expect(middle('120')).toBeUndefined();
  expect(middle('120.01')).toBe('the price of 120.01 is too far from the middle of the quote, 80');
});
