/** The broker's clock and ours. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { clockSkew } from '#server/risk/controls/clock-skew.ts';
import { reads, refusesAndPasses } from './both.ts';

const off = (clockSkewMs: number) => ({
  limits: { maxClockSkewMs: 2000 },
  change: (books: Books) => Object.assign(books.risk, { clockSkewMs }),
});

refusesAndPasses(clockSkew, off(2001), 'the clocks are 2001 ms apart, at most 2000 is allowed', off(2000));

test('it reads the milliseconds', () => {
  expect(reads(clockSkew, off(100))).toMatchObject({ value: 100, limit: 2000, unit: 'ms', state: 'ok' });
  expect(reads(clockSkew, off(2001)).state).toBe('refusing');
  expect(reads(clockSkew, {}).state).toBe('unknown');
});
