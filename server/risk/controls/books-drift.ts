/** T02 books drift: while two conclusive statements in a row of the broker do not agree with the books nothing is opened; the third one halts. */
import type { Books } from '#server/domain/books.ts';
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

/** One that differs may be a list that is behind. */
const DRIFTING = 2;
const isDrifting = ({ disagreements }: Books): boolean => disagreements >= DRIFTING;

export const booksDrift: Control = {
  name: 'booksDrift',
  id: 'T02',
  term: 'position and cash reconciliation',
  answers: 'RTS 6 Art 17',
  limit: undefined,
  asks: 'opening',
  rule: ({ books }) =>
    isDrifting(books) ? `${books.disagreements} statements of the broker in a row did not agree with the books` : undefined,
  measure: ({ books }) => below(books.disagreements, DRIFTING, 'count'),
};
