/** P03 restricted list: symbols, portfolios and deployments that a person or a rule has locked. */
import { lockOn, scopeText } from '#server/domain/lock.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Control } from '../control.ts';
import { door } from '../reading.ts';

export const locked: Control = {
  name: 'locked',
  id: 'P03',
  term: 'restricted list',
  answers: '15c3-5(c)(2)(ii), RTS 6 Art 15(4)',
  limit: undefined,
  asks: 'opening',
  rule: ({ intent, books }) => {
    const lock = lockOn(books.locks, intent);
    if (lock === undefined) return undefined;
    const { id, scope, by, reason, until, isCauseThere } = lock;
    const minutes = until === undefined ? undefined : Math.max(0, Math.ceil((until - books.at) / MINUTE_MS));
    const left = minutes === undefined ? 'until it is removed' : `for ${minutes} minutes more`;
    return `${scopeText(scope)} is locked by ${by} ${isCauseThere ? 'while its cause is there' : left} (lock ${id}: ${reason})`;
  },
  measure: ({ books }) => door(books.locks.length > 0, books.locks[0] && scopeText(books.locks[0].scope)),
};
