/** A loss within minutes; what it engages is in tests/engine/losses.test.ts. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { quickLoss } from '#server/risk/controls/quick-loss.ts';
import { money, reads, refusesAndPasses } from './both.ts';

const fell = (high: number, highBefore: number) => ({
  limits: { maxQuickLoss: money('50') },
  change: (books: Books) => Object.assign(books.risk, { high, highBefore }),
});

refusesAndPasses(quickLoss, fell(100_050, 100_000), 'lost $50.00 within minutes, at most $50', fell(100_049.99, 100_000));
refusesAndPasses(quickLoss, fell(100_000, 100_050), 'lost $50.00 within minutes, at most $50', fell(100_000, 100_049.99));

test('it reads the fall from the highest of the last minutes', () => {
  expect(reads(quickLoss, fell(100_010, 100_020))).toMatchObject({ value: 20, limit: 50, state: 'ok' });
  expect(reads(quickLoss, fell(100_050, 1)).state).toBe('refusing');
});
