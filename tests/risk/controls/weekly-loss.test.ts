/** The loss of the week; what it engages is in tests/engine/losses.test.ts. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { weeklyLoss } from '#server/risk/controls/weekly-loss.ts';
import { money, reads, refusesAndPasses } from './both.ts';

const lost = (cash: string) => ({
  limits: { maxWeeklyLoss: money('50') },
  change: (books: object) => Object.assign(books, { cash: money(cash) }),
});

refusesAndPasses(weeklyLoss, lost('99950'), 'lost $50 this week, at most $50', lost('99950.01'));
refusesAndPasses(weeklyLoss, { change: (books: Books) => Object.assign(books.risk, { week: undefined }) }, 'not known yet', {});

test('it reads the loss beside its limit', () => {
  expect(reads(weeklyLoss, lost('99990'))).toMatchObject({ value: 10, limit: 50, unit: 'dollars', state: 'ok' });
  expect(reads(weeklyLoss, lost('99950')).state).toBe('refusing');
  expect(reads(weeklyLoss, { change: (books) => Object.assign(books.risk, { week: undefined }) }).state).toBe('unknown');
});
