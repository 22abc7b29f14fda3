/** Statements that do not agree with the books. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { booksDrift } from '#server/risk/controls/books-drift.ts';
import { reads, refusesAndPasses } from './both.ts';

const differed = (disagreements: number) => ({ change: (books: Books) => Object.assign(books, { disagreements }) });

refusesAndPasses(booksDrift, differed(2), '2 statements of the broker in a row did not agree with the books', differed(1));

test('it reads how many differed', () => {
  expect(reads(booksDrift, differed(1))).toMatchObject({ value: 1, limit: 2, state: 'ok' });
  expect(reads(booksDrift, differed(2)).state).toBe('refusing');
});
