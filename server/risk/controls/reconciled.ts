/** P32 nothing is opened before the books were compared with the broker's statement. */
import type { Control } from '../control.ts';
import { door } from '../reading.ts';

export const reconciled: Control = {
  name: 'reconciled',
  id: 'P32',
  term: 'reconciliation before trading',
  answers: 'RTS 6 Art 17',
  limit: undefined,
  asks: 'opening',
  rule: ({ books }) => (books.reconciled ? undefined : "the books were not yet compared with the broker's statement"),
  measure: ({ books }) => door(!books.reconciled),
};
