/** P32 reconciliation freshness: the broker has stated the account a short time ago. */
import type { Control } from '../control.ts';
import { under } from '../reading.ts';

export const statementFresh: Control = {
  name: 'statementFresh',
  id: 'P32',
  term: 'reconciliation freshness',
  answers: 'RTS 6 Art 17',
  limit: 'maxStatementAgeMs',
  asks: 'opening',
  rule: ({ books: { lastStatement, at }, limits }) => {
    // After a restart the books are not reconciled before there is one: another control says so.
    if (lastStatement === undefined) return undefined;
    const age = at - lastStatement.asOf;
    return age > limits.maxStatementAgeMs
      ? `the broker's statement is ${age} ms old, at most ${limits.maxStatementAgeMs} is allowed`
      : undefined;
  },
  measure: ({ books: { lastStatement, at }, limits }) =>
    under(lastStatement === undefined ? undefined : at - lastStatement.asOf, limits.maxStatementAgeMs, 'ms'),
};
