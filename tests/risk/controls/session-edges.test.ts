/** The first and the last minutes of a session. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { MINUTE_MS, plus } from '#server/domain/time.ts';
import { sessionEdges } from '#server/risk/controls/session-edges.ts';
import { NOON } from '#tests/support/builders.ts';
import { instrument, reads, refusedBy, refusesAndPasses } from './both.ts';

const limits = { openingDelayMs: MINUTE_MS, closingCutoffMs: 5 * MINUTE_MS };
const session = (sinceOpenMs: number, untilCloseMs: number) => (books: Books) => {
  books.sessions = [{ date: 'd', opensAt: plus(NOON, -sinceOpenMs), closesAt: plus(NOON, untilCloseMs) }];
};
const HOUR = 60 * MINUTE_MS;

refusesAndPasses(sessionEdges, { limits, change: session(MINUTE_MS - 1, HOUR) }, 'the session has just begun', {
  limits,
  change: session(MINUTE_MS, HOUR),
});
refusesAndPasses(sessionEdges, { limits, change: session(HOUR, 5 * MINUTE_MS) }, 'the session is about to end', {
  limits,
  change: session(HOUR, 5 * MINUTE_MS + 1),
});

test('crypto has no sessions, and that one is closed is not its business', () => {
  const pair = (books: Books, market: object) => [session(0, 1)(books), instrument({ assetClass: 'crypto' })(books, market as never)];
  expect(refusedBy(sessionEdges, { limits, change: pair })).toBeUndefined();
  expect(refusedBy(sessionEdges, { limits, change: (books) => Object.assign(books, { sessions: [] }) })).toBeUndefined();
  expect(reads(sessionEdges, { limits, change: session(0, HOUR) }).state).toBe('refusing');
  expect(reads(sessionEdges, { limits, change: session(HOUR, HOUR) }).state).toBe('ok');
});
