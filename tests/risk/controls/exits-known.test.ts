/** Exits by a range that nobody knows yet. */
import { expect, test } from 'vitest';
import { exitsKnown } from '#server/risk/controls/exits-known.ts';
import { ranging, reads, refusesAndPasses } from './both.ts';

refusesAndPasses(exitsKnown, { change: ranging(Number.NaN) }, 'the average true range that the exits go by is not known', {
  change: ranging(1),
});

test('it reads refusing until the range is known', () => {
  expect(reads(exitsKnown, { change: ranging(Number.NaN) }).state).toBe('refusing');
  expect(reads(exitsKnown, { change: ranging(1) }).state).toBe('ok');
});
