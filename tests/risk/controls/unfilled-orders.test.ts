/** A row of entries that came to nothing; how it grows and ends is in tests/engine/escalate.test.ts. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { unfilledOrders } from '#server/risk/controls/unfilled-orders.ts';
import { reads, refusesAndPasses } from './both.ts';

const row = (unfilledInRow: number) => ({
  limits: { maxUnfilledOrders: 3 },
  change: (books: Books) => Object.assign(books.risk, { unfilledInRow }),
});

refusesAndPasses(unfilledOrders, row(3), '3 entries in a row ended with nothing filled, at most 3', row(2));

test('it reads how long the row is', () => {
  expect(reads(unfilledOrders, row(2))).toMatchObject({ value: 2, limit: 3, unit: 'orders', state: 'ok' });
  expect(reads(unfilledOrders, row(3)).state).toBe('refusing');
});
