/** An account that may not trade. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { accountBlocked } from '#server/risk/controls/account-blocked.ts';
import { statement } from '#tests/support/builders.ts';
import { reads, refusesAndPasses } from './both.ts';

const blocked = (tradingBlocked: boolean) => ({
  change: (books: Books) => Object.assign(books, { lastStatement: statement({ tradingBlocked }) }),
});

refusesAndPasses(accountBlocked, blocked(true), 'the broker has blocked trading in the account', blocked(false));

test('it reads refusing while it is blocked', () => {
  expect(reads(accountBlocked, blocked(true)).state).toBe('refusing');
  expect(reads(accountBlocked, blocked(false)).state).toBe('ok');
});
