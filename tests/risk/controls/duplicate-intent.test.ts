/** The same order of a symbol again. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import { duplicateIntent } from '#server/risk/controls/duplicate-intent.ts';
import { NOON } from '#tests/support/builders.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const limits = { duplicateWindowMs: 5000 };
const given =
  (agoMs: number, entry: object = {}) =>
  (_: Books, market: Market) =>
    Object.assign(market.tape, { lastEntry: { side: 'buy', quantity: parseQuantity('10'), at: plus(NOON, -agoMs), ...entry } });

refusesAndPasses(duplicateIntent, { limits, change: given(4999) }, 'the same was given 4999 ms ago, at least 5000 must lie between', {
  limits,
  change: given(5000),
});

test('another side, or another quantity, is another order', () => {
  expect(refusedBy(duplicateIntent, { limits, change: given(0, { side: 'sell' }) })).toBeUndefined();
  expect(refusedBy(duplicateIntent, { limits, change: given(0, { quantity: parseQuantity('11') }) })).toBeUndefined();
  expect(reads(duplicateIntent, { limits })).toMatchObject({ limit: 5000, unit: 'ms', state: 'ok' });
});
