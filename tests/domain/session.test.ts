/** When stocks trade: what the live view and the control plane say of the session. */
import { expect, test } from 'vitest';
import { type Session, stockHours } from '#server/domain/session.ts';
import type { Instant } from '#server/domain/time.ts';

const at = (text: string): Instant => Date.parse(text) as Instant;
const sessions: readonly Session[] = [
  { date: '2019-02-14', opensAt: at('2019-02-14T14:30:00Z'), closesAt: at('2019-02-14T21:00:00Z') },
  { date: '2019-02-15', opensAt: at('2019-02-15T14:30:00Z'), closesAt: at('2019-02-15T21:00:00Z') },
];

test.each([
  ['2019-02-14T02:00:00Z', false, '2019-02-14T14:30:00Z'],
  ['2019-02-14T14:30:00Z', true, '2019-02-15T14:30:00Z'],
  ['2019-02-14T21:00:00Z', false, '2019-02-15T14:30:00Z'],
  ['2019-02-15T21:00:00Z', false, undefined],
])('at %s stocks are open: %s, and open next at %s', (now, isOpen, next) => {
  expect(stockHours(sessions, at(now))).toEqual({ isOpen, nextOpen: next === undefined ? undefined : at(next) });
});

test('without a calendar nothing is said', () => expect(stockHours([], at('2019-02-14T02:00:00Z'))).toBeUndefined());
