/** Cancels within a minute. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { cancelsPerMinute } from '#server/risk/controls/cancels-per-minute.ts';
import { NOON } from '#tests/support/builders.ts';
import { reads, refusesAndPasses } from './both.ts';

const limits = { maxCancelsPerMinute: 2 };
const cancelled = (at: Instant) => (books: Books) => books.risk.cancelledAt.push(at, at);

refusesAndPasses(cancelsPerMinute, { limits, change: cancelled(plus(NOON, 1 - MINUTE_MS)) }, '2 cancels in the last minute, at most 2', {
  limits,
  change: cancelled(plus(NOON, -MINUTE_MS)),
});

test('it reads how many left in the last minute', () => {
  expect(reads(cancelsPerMinute, { limits: { maxCancelsPerMinute: 3 }, change: cancelled(NOON) })).toMatchObject({
    value: 2,
    limit: 3,
    state: 'ok',
  });
  expect(reads(cancelsPerMinute, { limits, change: cancelled(NOON) }).state).toBe('refusing');
});
