/** Orders: sides, amounts, requests, and the levels of the kill switch. */
import { describe, expect, test } from 'vitest';
import { atLeast, higher, KILL_LEVELS, mayOpen, mayReduce } from '#server/domain/kill.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { isFinal, opposite, unfilled } from '#server/domain/order.ts';
import { mayCancelAgain, moved, type RequestState } from '#server/domain/request.ts';
import type { Instant } from '#server/domain/time.ts';

const requests: readonly RequestState[] = ['submitting', 'acked', 'refused', 'unknown', 'abandoned'];

describe('a request', () => {
  test.each<[RequestState, readonly RequestState[]]>([
    ['submitting', ['acked', 'refused', 'unknown']],
    ['acked', ['abandoned']],
    ['refused', ['acked', 'abandoned']],
    ['unknown', ['acked', 'refused', 'abandoned']],
    ['abandoned', ['acked']],
  ])('that is %s', (from, moves) => {
    expect(requests.filter((to) => to !== from && moved(from, to) === to)).toEqual(requests.filter((to) => moves.includes(to)));
  });

  test('to cancel may be repeated after one second, two, four, and never more seldom than once a minute', () => {
    const firstAt = (attempts: number): number => {
      for (let ms = 0; ; ms += 500) if (mayCancelAgain({ state: 'refused', attempts, sentAt: 0 as Instant }, ms as Instant)) return ms;
    };
    expect([1, 2, 3, 4, 5, 9].map(firstAt)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 60_000]);
    const givenUp = { state: 'abandoned', attempts: 5, sentAt: 0 as Instant } as const;
    expect([299_999, 300_000].map((ms) => mayCancelAgain(givenUp, ms as Instant))).toEqual([false, true]);
  });
});

test('final is what releases the exposure', () => {
  expect(
    (['submitting', 'unknown', 'working', 'cancelling', 'cancelled', 'expired', 'rejected', 'filled'] as const).filter(isFinal),
  ).toEqual(['cancelled', 'expired', 'rejected', 'filled']);
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
