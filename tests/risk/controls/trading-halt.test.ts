/** A symbol whose trading is, or was, halted. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { type Instant, plus } from '#server/domain/time.ts';
import { tradingHalt } from '#server/risk/controls/trading-halt.ts';
import { NOON } from '#tests/support/builders.ts';
import { reads, refusesAndPasses } from './both.ts';

const limits = { haltCooloffMs: 30_000 };
const halted = (endedAt: Instant | undefined) => (_: Books, market: Market) =>
  Object.assign(market.tape, { halt: { reason: 'LUDP', at: NOON, endedAt } });

refusesAndPasses(tradingHalt, { limits, change: halted(undefined) }, 'trading in it is halted: LUDP', { limits });
refusesAndPasses(tradingHalt, { limits, change: halted(plus(NOON, -29_999)) }, 'its halt ended 29999 ms ago, at least 30000 must pass', {
  limits,
  change: halted(plus(NOON, -30_000)),
});

test('it reads which symbol is halted', () => {
  expect(reads(tradingHalt, { limits, change: halted(undefined) })).toMatchObject({ state: 'refusing', of: 'AAPL' });
  expect(reads(tradingHalt, { limits }).state).toBe('ok');
});
