/** A row of entries that came to nothing; how it grows and ends is in tests/engine/escalate.test.ts. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { rejectedOrders } from '#server/risk/controls/rejected-orders.ts';
import { reads, refusesAndPasses } from './both.ts';

const row = (rejectedInRow: number) => ({
  limits: { maxRejectedOrders: 3 },
  change: (books: Books) => Object.assign(books.risk, { rejectedInRow }),
});

refusesAndPasses(rejectedOrders, row(3), '3 entries in a row were refused by the broker, at most 3', row(2));

test('it reads how long the row is', () => {
  expect(reads(rejectedOrders, row(2))).toMatchObject({ value: 2, limit: 3, unit: 'orders', state: 'ok' });
  expect(reads(rejectedOrders, row(3)).state).toBe('refusing');
});
