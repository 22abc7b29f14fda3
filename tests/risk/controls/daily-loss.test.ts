/** The loss of the day; what it engages is in tests/engine/kill.test.ts. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { dailyLoss } from '#server/risk/controls/daily-loss.ts';
import { holds, money, reads, refusedBy, refusesAndPasses } from './both.ts';

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

test('what is held counts at its newest price', () => {
  const change = (books: Books, market: Market) => {
    holds('10')(books, market);
    market.held = 10;
    books.cash = money('98950');
  };
  expect(refusedBy(dailyLoss, { limits: { maxDailyLoss: money('50') }, change })).toBe('lost $50 today, at most $50');
  expect(refusedBy(dailyLoss, { limits: { maxDailyLoss: money('50.01') }, change })).toBeUndefined();
});
