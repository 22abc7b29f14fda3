/** Stocks inside of a session, crypto always. */
import { expect, test } from 'vitest';
import { sessionOpen } from '#server/risk/controls/session-open.ts';
import { NOON } from '#tests/support/builders.ts';
import { instrument, reads, refusesAndPasses } from './both.ts';

refusesAndPasses(sessionOpen, { change: (books) => Object.assign(books, { sessions: [] }) }, 'the market is closed', {});
refusesAndPasses(
  sessionOpen,
  { change: (books) => Object.assign(books, { sessions: [{ date: 'd', opensAt: NOON - 9, closesAt: NOON }] }) },
  'the market is closed',
  { change: (books) => Object.assign(books, { sessions: [{ date: 'd', opensAt: NOON, closesAt: NOON + 1 }] }) },
);
refusesAndPasses(sessionOpen, { change: (books) => Object.assign(books, { sessions: [] }) }, 'the market is closed', {
  change: (books, market) => [Object.assign(books, { sessions: [] }), instrument({ assetClass: 'crypto' })(books, market)],
});

test('it reads refusing out of hours', () => {
  expect(reads(sessionOpen, {}).state).toBe('ok');
  expect(reads(sessionOpen, { change: (books) => Object.assign(books, { sessions: [] }) }).state).toBe('refusing');
});
