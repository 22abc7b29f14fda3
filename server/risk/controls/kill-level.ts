/** P02 trading-state gate: the kill switch stands above every order but those that it gives itself. */
import { mayOpen, mayReduce } from '#server/domain/kill.ts';
import type { Control } from '../control.ts';
import { door } from '../reading.ts';

export const killLevel: Control = {
  name: 'killLevel',
  id: 'P02',
  term: 'trading-state gate',
  answers: 'RTS 6 Art 12',
  limit: undefined,
  asks: 'always',
  rule: ({ intent, books }) => {
    const { level, by } = books.kill;
    if (intent.purpose === 'open') return mayOpen(level) ? undefined : `kill switch is at ${level} by ${by}`;
    // Without a portfolio it is the kill switch's own closing order.
    return intent.portfolio === undefined || mayReduce(level) ? undefined : `kill switch is at ${level} by ${by}`;
  },
  measure: ({ books }) => door(!mayOpen(books.kill.level)),
};
