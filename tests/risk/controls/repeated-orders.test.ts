/** Entries of one side again and again; the lock behind it is in tests/engine/escalate.test.ts. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import type { Side } from '#server/domain/order.ts';
import { MINUTE_MS, plus } from '#server/domain/time.ts';
import { repeatedOrders } from '#server/risk/controls/repeated-orders.ts';
import { NOON } from '#tests/support/builders.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const limits = { maxRepeatedOrders: 2 };
const entered =
  (agoMs: number, side = 'buy') =>
  (_: Books, market: Market) => {
    const one = { side, at: plus(NOON, -agoMs) } as never;
    market.tape.entries.push(one, one);
  };

refusesAndPasses(repeatedOrders, { limits, change: entered(30 * MINUTE_MS - 1) }, '2 entries of this side within half an hour, at most 2', {
  limits,
  change: entered(30 * MINUTE_MS),
});

test('the other side is another row', () => {
  expect(refusedBy(repeatedOrders, { limits, change: entered(0, 'sell') })).toBeUndefined();
  expect(reads(repeatedOrders, { limits: { maxRepeatedOrders: 3 }, change: entered(0) })).toMatchObject({
    value: 2,
    limit: 3,
    of: 'AAPL',
    state: 'ok',
  });
  expect(reads(repeatedOrders, { limits, change: entered(0) }).state).toBe('refusing');
  expect(reads(repeatedOrders, { limits, change: entered(0, 'sell') })).toMatchObject({ value: 2, state: 'refusing' });
  expect(reads(repeatedOrders, { limits })).toMatchObject({ value: 0, state: 'ok' });
});

test('it reads the repetitions of the side that was given last', () => {
  const entries =
    (...sides: readonly Side[]) =>
    (books: Books, market: Market) =>
      Object.assign(market.tape, { entries: sides.map((side) => ({ side, at: books.at })) });
  expect(reads(repeatedOrders, { limits, change: entries('buy', 'buy', 'buy', 'sell') }).value).toBe(1);
  expect(reads(repeatedOrders, { limits, change: entries('sell', 'buy', 'sell', 'sell', 'sell') }).value).toBe(4);
  expect(reads(repeatedOrders, { limits }).value).toBe(0);
});
