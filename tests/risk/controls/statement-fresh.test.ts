/** The age of the broker's newest statement. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { plus } from '#server/domain/time.ts';
import { statementFresh } from '#server/risk/controls/statement-fresh.ts';
import { NOON, statement } from '#tests/support/builders.ts';
import { reads, refusesAndPasses } from './both.ts';

const limits = { maxStatementAgeMs: 60_000 };
const stated = (agoMs: number) => (books: Books) => Object.assign(books, { lastStatement: statement({ asOf: plus(NOON, -agoMs) }) });

refusesAndPasses(statementFresh, { limits, change: stated(60_001) }, "the broker's statement is 60001 ms old, at most 60000 is allowed", {
  limits,
  change: stated(60_000),
});

test('it reads the age; before the first one it is not known', () => {
  expect(reads(statementFresh, { limits, change: stated(1000) })).toMatchObject({ value: 1000, limit: 60_000, unit: 'ms', state: 'ok' });
  expect(reads(statementFresh, { limits, change: (books) => Object.assign(books, { lastStatement: undefined }) }).state).toBe('unknown');
});
