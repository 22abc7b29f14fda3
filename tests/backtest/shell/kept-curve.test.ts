/** What is left of a curve that is too long to be kept. */
import { expect, test } from 'vitest';
import { KeptCurve } from '#server/backtest/shell/kept-curve.ts';
import { DAY_MS } from '#server/domain/time.ts';

const HOUR_MS = DAY_MS / 24;
const FROM = Date.UTC(2024, 0, 2);
const column = (values: readonly number[]): Float64Array => Float64Array.from(values);

test('a thinned curve begins where the curve began: what was there at first decides the return', () => {
  const equity = [100, 90, 110, 105, 104, 120, 80, 101];
  const kept = new KeptCurve(4);
  for (const [nth, value] of equity.entries()) {
    kept.add({
      length: 1,
      timestamp: column([FROM + nth * 6 * HOUR_MS]),
      equity: column([value]),
      cash: column([value]),
      positions: [],
      symbols: [],
    });
  }
  expect(kept.isThinned).toBe(true);
  expect([...kept.take().equity]).toEqual([100, 90, 110, 105, 120, 80, 101]);
});
