/** How many of these were within the last minute. */
import { expect, test } from 'vitest';
import type { Instant } from '#server/domain/time.ts';
import { withinMinute } from '#server/risk/recent.ts';

const at = 1_000_000 as Instant;
const ago = (...agoMs: readonly number[]) =>
  withinMinute(
    agoMs.map((ms) => (at - ms) as Instant),
    at,
  );

test('what was sixty seconds ago is over, what was a millisecond later is not', () => {
  expect([ago(), ago(60_000), ago(59_999), ago(0)]).toEqual([0, 0, 1, 1]);
  expect(ago(90_000, 60_000, 59_999, 30_000, 0)).toBe(3);
  expect(ago(59_999, 30_000, 0)).toBe(3);
});
