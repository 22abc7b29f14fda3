/** The loss of the day; what it engages is in tests/engine/kill.test.ts. */
import { expect, test } from 'vitest';
import { dailyLoss } from '#server/risk/controls/daily-loss.ts';
import { money, reads, refusesAndPasses } from './both.ts';

const lost = (cash: string) => ({
  limits: { maxDailyLoss: money('50') },
  change: (books: object) => Object.assign(books, { cash: money(cash) }),
});

refusesAndPasses(dailyLoss, lost('99950'), 'lost $50 today, at most $50', lost('99950.01'));
refusesAndPasses(dailyLoss, { change: (books) => Object.assign(books, { day: undefined }) }, 'not known yet', {});

test('it reads the loss beside its limit', () => {
  expect(reads(dailyLoss, lost('99990'))).toMatchObject({ value: 10, limit: 50, unit: 'dollars', state: 'ok' });
  expect(reads(dailyLoss, lost('99960')).state).toBe('near');
  expect(reads(dailyLoss, lost('99950')).state).toBe('refusing');
  expect(reads(dailyLoss, { change: (books) => Object.assign(books, { day: undefined }) }).state).toBe('unknown');
});
