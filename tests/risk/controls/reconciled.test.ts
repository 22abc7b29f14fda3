/** Nothing opens before the books were compared. */
import { expect, test } from 'vitest';
import { reconciled } from '#server/risk/controls/reconciled.ts';
import { reads, refusesAndPasses } from './both.ts';

refusesAndPasses(reconciled, { change: (books) => Object.assign(books, { reconciled: false }) }, 'not yet compared', {});

test('it reads refusing until then', () => {
  expect(reads(reconciled, { change: (books) => Object.assign(books, { reconciled: false }) }).state).toBe('refusing');
  expect(reads(reconciled, {}).state).toBe('ok');
});
