/** Bars to store in tests: chosen ones, and arbitrary ones with all the numbers that a source may have. */

import fc from 'fast-check';
import type { Adjustment } from '#server/domain/adjustment.ts';
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { DAY_MS, MINUTE_MS } from '#server/domain/time.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import { makeRows, ROW_COLUMNS } from '#server/history/bar-rows.ts';
import type { SeriesKey } from '#server/history/series.ts';

/** Monday 2019-02-11, 09:30 in New York. */
export const OPEN = Date.parse('2019-02-11T14:30:00Z');

export const keyOf = (symbol = 'AAPL', timeframe = '1Min', adjustment: Adjustment = 'raw'): SeriesKey => ({
  symbol: symbol as AssetSymbol,
  timeframe: parseTimeframe(timeframe)!,
  adjustment,
});

export interface OneRow {
  readonly startsAt: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
  readonly trades: number;
}

export function rowsOf(list: readonly OneRow[]): FullBarRows {
  const rows = makeRows(list.length);
  list.forEach((row, i) => {
    for (const name of ROW_COLUMNS) rows[name][i] = row[name];
  });
  return rows;
}

export const listOf = (rows: FullBarRows): OneRow[] =>
  Array.from({ length: rows.length }, (_, i) => Object.fromEntries(ROW_COLUMNS.map((name) => [name, rows[name][i]])) as unknown as OneRow);

/** A walk in cents, a bar a minute. */
export function minutes(count: number, from = OPEN, stepMs = MINUTE_MS): FullBarRows {
  let seed = 7;
  const next = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  let close = 10_000;
  return rowsOf(
    Array.from({ length: count }, (_, i) => {
      const open = close + (next() % 5) - 2;
      close = Math.max(100, open + (next() % 41) - 20);
      const [high, low] = [Math.max(open, close) + (next() % 9), Math.min(open, close) - (next() % 9)];
      const prices = { open: open / 100, high: high / 100, low: low / 100, close: close / 100 };
      return { startsAt: from + i * stepMs, ...prices, volume: next() % 100_000, vwap: Number.NaN, trades: Number.NaN };
    }),
  );
}

const cents = fc.integer({ min: 1, max: 10_000_000 }).map((value) => value / 100);
const odd = fc.double({ min: 1e-9, max: 1e12, noNaN: true, noDefaultInfinity: true });
const decimal = fc.tuple(fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(9)).map(([value, places]) => value / 10 ** places);
const volume = fc.oneof(fc.nat(10_000_000), decimal, odd, fc.constant(0));
const told = fc.oneof(fc.constant(Number.NaN), cents, odd);

const row = (price: fc.Arbitrary<number>) =>
  fc.record({ a: price, b: price, c: price, d: price, volume, vwap: told, trades: fc.oneof(fc.constant(Number.NaN), fc.nat(100_000)) });

/** Bars in order of time, one price kind for all of them or another one for each. */
export const anyRows = (size: { minLength: number; maxLength: number }): fc.Arbitrary<FullBarRows> =>
  fc
    .oneof(
      ...[cents, decimal, odd, fc.oneof(cents, odd)].map((price) =>
        fc.array(fc.tuple(row(price), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3_000 }))), size),
      ),
    )
    .map((list) => {
      let startsAt = OPEN - DAY_MS;
      return rowsOf(
        list.map(([{ a, b, c, d, ...rest }, steps]) => {
          startsAt += steps * MINUTE_MS;
          return { startsAt, open: a, high: Math.max(a, b, c, d), low: Math.min(a, b, c, d), close: b, ...rest };
        }),
      );
    });
