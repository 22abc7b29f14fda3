/** Packed columns come back bit for bit, and as few bytes. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import { makeRows, ROW_COLUMNS } from '#server/history/bar-rows.ts';
import { packRows, unpackRows } from '#server/history/pack.ts';
import { anyRows, minutes } from '#tests/bars/rows.ts';

function unpacked(rows: FullBarRows): FullBarRows {
  const into = makeRows(rows.length);
  unpackRows(packRows(rows), into);
  return into;
}

test('whatever the numbers are, the same ones come back', () => {
  fc.assert(
    fc.property(anyRows({ minLength: 1, maxLength: 60 }), (rows) => {
      const back = unpacked(rows);
      for (const name of ROW_COLUMNS) expect(back[name]).toEqual(rows[name]);
    }),
    { numRuns: 300 },
  );
});

test('minute bars in cents take a sixth of what they are', () => {
  const packed = packRows(minutes(10_000));
  const bytes = Object.values(packed).reduce((sum, column) => sum + (column?.numbers.byteLength ?? 0), 0);
  expect(bytes / 10_000).toBeLessThan(10);
  expect([packed.open.scale, packed.startsAt.scale, packed.vwap]).toEqual([100, 60_000, undefined]);
});

test.each([0.1 + 0.2, 1 / 3, 123.456_789_012_3, 1e15])('a price of %d is kept as it is', (price) => {
  const rows = minutes(3);
  for (const name of ['open', 'high', 'low', 'close'] as const) rows[name][1] = price;
  expect(unpacked(rows)).toEqual(rows);
});
