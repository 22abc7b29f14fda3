/** A10 account status: the broker said last that the account may not trade. */
import type { Control } from '../control.ts';
import { door } from '../reading.ts';

export const accountBlocked: Control = {
  name: 'accountBlocked',
  id: 'A10',
  term: 'account-status monitor',
  answers: '15c3-5(c)(2)',
  limit: undefined,
  asks: 'opening',
  rule: ({ books }) => (books.lastStatement?.tradingBlocked === true ? 'the broker has blocked trading in the account' : undefined),
  measure: ({ books }) => door(books.lastStatement?.tradingBlocked === true),
};
