/** P02 trading-state gate: the kill switch stands above every order but those that it gives itself. */
import { mayOpen, mayPlace } from '#server/domain/kill.ts';
import { holderOf, levelOf } from '#server/domain/kill-in-force.ts';
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
    const level = levelOf(books, intent);
    return mayPlace(level, intent) ? undefined : `kill switch is at ${level} by ${holderOf(books, intent)?.by}`;
  },
  measure: ({ books }) => door(!mayOpen(books.kill.level)),
};
