/** A bar that moved further than its past bears out. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { priceJump } from '#server/risk/controls/price-jump.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const limits = { maxMoveSigmas: 8 };
const moved = (lastMove: number, variance: number) => (_: Books, market: Market) => Object.assign(market.tape, { lastMove, variance });

refusesAndPasses(priceJump, { limits, change: moved(0.0801, 0.0001) }, 'the last bar moved by 8.01 %, 8.0 standard deviations, at most 8', {
  limits,
  change: moved(0.08, 0.0001),
});

test('of a quiet or a young series a tenth of a percent is assumed', () => {
  expect(refusedBy(priceJump, { limits, change: moved(0.0081, 0) })).toContain('8.1 standard deviations');
  expect(refusedBy(priceJump, { limits, change: moved(0.0079, 0) })).toBeUndefined();
  expect(reads(priceJump, { limits, change: moved(0.002, 0) })).toMatchObject({ value: 2, limit: 8, of: 'AAPL', state: 'ok' });
});
