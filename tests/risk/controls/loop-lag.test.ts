/** Timers that are late. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { loopLag } from '#server/risk/controls/loop-lag.ts';
import { reads, refusesAndPasses } from './both.ts';

const off = (loopLagMs: number) => ({ limits: { maxLoopLagMs: 2000 }, change: (books: Books) => Object.assign(books.risk, { loopLagMs }) });

refusesAndPasses(loopLag, off(2001), 'timers are 2001 ms late, at most 2000 is allowed', off(2000));

test('it reads the milliseconds', () => {
  expect(reads(loopLag, off(100))).toMatchObject({ value: 100, limit: 2000, unit: 'ms', state: 'ok' });
  expect(reads(loopLag, off(2001)).state).toBe('refusing');
  expect(reads(loopLag, {}).state).toBe('unknown');
});
