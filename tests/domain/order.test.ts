/** The order's states, move by move: a change of the table is a change here. */
import { describe, expect, test } from 'vitest';
import { atLeast, higher, KILL_LEVELS, mayOpen, mayReduce } from '#server/domain/kill.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { canMove, isFinal, type OrderStatus, opposite, unfilled } from '#server/domain/order.ts';

/** From each status to the letters of those that it may become. */
const moves: Readonly<Record<OrderStatus, string>> = {
  submitting: 'UWCFXER',
  unknown: 'WCFXER',
  working: 'UCFXER',
  cancelling: 'WFXER',
  cancelled: 'F',
  expired: 'F',
  rejected: 'WF',
  filled: '',
};
const letters: Readonly<Record<OrderStatus, string>> = {
  submitting: 'S',
  unknown: 'U',
  working: 'W',
  cancelling: 'C',
  filled: 'F',
  cancelled: 'X',
  expired: 'E',
  rejected: 'R',
};
const statuses = Object.keys(moves) as OrderStatus[];

describe.each(statuses)('from %s', (from) => {
  test.each(statuses)('to %s', (to) => {
    expect(canMove(from, to)).toBe(moves[from].includes(letters[to]));
  });
});

test('final is what releases the exposure; a fill may still come to a cancelled order, and nothing to a filled one', () => {
  expect(statuses.filter(isFinal)).toEqual(['cancelled', 'expired', 'rejected', 'filled']);
  for (const status of statuses) expect(canMove(status, 'filled')).toBe(status !== 'filled');
  for (const status of statuses) expect(canMove(status, 'submitting')).toBe(false);
});

test('sides and what is left', () => {
  expect([opposite('buy'), opposite('sell')]).toEqual(['sell', 'buy']);
  expect(unfilled({ quantity: parseQuantity('3'), filled: parseQuantity('1.5') })).toBe(parseQuantity('1.5'));
});

test('kill levels: only armed may open, only what is below halt may reduce', () => {
  expect(KILL_LEVELS.filter(mayOpen)).toEqual(['armed']);
  expect(KILL_LEVELS.filter(mayReduce)).toEqual(['armed', 'reduceOnly']);
  KILL_LEVELS.forEach((level, nth) => {
    expect(KILL_LEVELS.filter((bound) => atLeast(level, bound))).toEqual(KILL_LEVELS.slice(0, nth + 1));
    expect(KILL_LEVELS.map((other) => higher(level, other))).toEqual(KILL_LEVELS.map((other, place) => (place > nth ? other : level)));
  });
});
