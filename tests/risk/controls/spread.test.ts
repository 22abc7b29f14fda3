/** Quotes that are wide, crossed, one-sided or missing. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { spread } from '#server/risk/controls/spread.ts';
import { AAPL, NOON } from '#tests/support/builders.ts';
import { reads, refusedBy, refusesAndPasses } from './both.ts';

const limits = { maxSpreadBasisPoints: 50 };
const quoted =
  (changes: object = {}) =>
  (_: Books, market: Market) =>
    Object.assign(market, { quote: { symbol: AAPL, at: NOON, bid: 99.75, bidSize: 1, ask: 100.25, askSize: 1, ...changes } });

refusesAndPasses(spread, { limits, change: quoted({ ask: 100.26 }) }, 'the spread is 51.0 hundredths of a percent, at most 50', {
  limits,
  change: quoted(),
});
refusesAndPasses(spread, { limits, change: quoted({ bid: 100.26, ask: 100.25 }) }, 'the quote is crossed', {
  limits,
  change: quoted({ bid: 100.25 }),
});
refusesAndPasses(spread, { limits, change: quoted({ bidSize: 0 }) }, 'nobody bids, or nobody asks', {
  limits,
  change: quoted({ bidSize: 1 }),
});
refusesAndPasses(spread, { limits: { ...limits, requireQuote: true } }, 'no fresh quote is known', {
  limits: { ...limits, requireQuote: true },
  change: quoted(),
});

test('every side and size of a quote must be there', () => {
  for (const nobody of [{ bid: 0 }, { ask: 0 }, { askSize: 0 }])
    expect(refusedBy(spread, { limits, change: quoted(nobody) })).toContain('nobody');
});

test('a quote of two minutes ago counts, an older one is none', () => {
  const wide = { bid: 50, ask: 150 };
  expect(refusedBy(spread, { limits, change: quoted({ ...wide, at: NOON - 120_000 }) })).toContain('the spread is');
  expect(refusedBy(spread, { limits, change: quoted({ ...wide, at: NOON - 120_001 }) })).toBeUndefined();
  expect(reads(spread, { limits, change: quoted() })).toMatchObject({ value: 0.5, limit: 0.5, unit: 'percent', state: 'near' });
  expect(reads(spread, { limits, change: quoted({ bidSize: 0 }) }).state).toBe('refusing');
  expect(reads(spread, { limits }).state).toBe('unknown');
  expect(reads(spread, { limits: { ...limits, requireQuote: true } }).state).toBe('refusing');
});

test('prices below a dollar, and sizes below one, are a quote like any other', () => {
  const small = { bid: 0.5, ask: 0.5, bidSize: 0.5, askSize: 0.5 };
  expect(refusedBy(spread, { limits, change: quoted(small) })).toBeUndefined();
  for (const nobody of [{ bid: 0 }, { ask: 0 }, { bidSize: 0 }, { askSize: 0 }])
    expect(refusedBy(spread, { limits, change: quoted({ ...small, ...nobody }) })).toContain('nobody');
});
