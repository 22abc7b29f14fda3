/** Nothing opens without a price. */
import { expect, test } from 'vitest';
import { priceKnown } from '#server/risk/controls/price-known.ts';
import { reads, refusesAndPasses } from './both.ts';

const unseen = { change: (_: unknown, market: object) => Object.assign(market, { lastPrice: Number.NaN }) };

refusesAndPasses(priceKnown, unseen, 'no price is known', {});

test('it reads refusing before the first bar', () => {
  expect(reads(priceKnown, unseen).state).toBe('refusing');
  expect(reads(priceKnown, {}).state).toBe('ok');
});
