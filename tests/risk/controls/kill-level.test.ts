/** The kill switch above every opening order; which levels let exits pass is in the judge's properties. */
import { expect, test } from 'vitest';
import { killLevel } from '#server/risk/controls/kill-level.ts';
import { reads, refusesAndPasses } from './both.ts';

refusesAndPasses(
  killLevel,
  { change: (books) => Object.assign(books, { kill: { ...books.kill, level: 'reduceOnly', by: 'someone' } }) },
  'kill switch is at reduceOnly by someone',
  {},
);

test('it reads refusing while the switch is engaged', () => {
  expect(reads(killLevel, {}).state).toBe('ok');
  expect(reads(killLevel, { change: (books) => Object.assign(books, { kill: { ...books.kill, level: 'halt' } }) }).state).toBe('refusing');
});
