/** Opening orders within a minute. */
import { expect, test } from 'vitest';
import { MINUTE_MS, plus } from '#server/domain/time.ts';
import { ordersPerMinute } from '#server/risk/controls/orders-per-minute.ts';
import { NOON } from '#tests/support/builders.ts';
import { sent } from '../cases.ts';
import { reads, refusesAndPasses } from './both.ts';

const few = { maxOrdersPerMinute: 2 };

refusesAndPasses(ordersPerMinute, { limits: few, change: sent(2, plus(NOON, 1 - MINUTE_MS)) }, '2 orders in the last minute, at most 2', {
  limits: few,
  change: sent(2, plus(NOON, -MINUTE_MS)),
});

test('it reads how many left in the last minute', () => {
  expect(reads(ordersPerMinute, { limits: few, change: sent(1, NOON) })).toMatchObject({ value: 1, limit: 2, state: 'ok' });
  expect(reads(ordersPerMinute, { limits: few, change: sent(2, NOON) }).state).toBe('refusing');
});
