/** Merging is the union by instant; a contradiction is named and never settled in silence. Spans are a set algebra. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewOf } from '#server/history/bar-rows.ts';
import { BarConflict, mergeRows } from '#server/history/merge.ts';
import { missing, type Span, unite } from '#server/history/span.ts';
import { anyRows, listOf, minutes, rowsOf } from '#tests/bars/rows.ts';

describe('merging', () => {
  test('parts that overlap anyhow give the whole, whatever comes first', () => {
    const cut = fc.nat(40);
    fc.assert(
      fc.property(anyRows({ minLength: 1, maxLength: 40 }), fc.array(fc.tuple(cut, cut), { maxLength: 6 }), (rows, cuts) => {
        const parts = cuts.map(([a, b]) => viewOf(rows, Math.min(a, b, rows.length), Math.min(Math.max(a, b), rows.length)));
        const taken = new Set(parts.flatMap((part) => [...part.startsAt]));
        const union = rowsOf(listOf(rows).filter(({ startsAt }) => taken.has(startsAt)));
        const merged = parts.reduce((all, part) => mergeRows(all, part, false).rows, rowsOf([]));
        expect(listOf(merged)).toEqual(listOf(union));
        const { added, same, changed } = mergeRows(union, rows, false);
        expect([added, same, changed]).toEqual([rows.length - union.length, union.length, 0]);
      }),
    );
  });

  test('another value at the same instant is a conflict that names it, and wins only by request', () => {
    const [stored, fresh] = [minutes(5), minutes(5)];
    fresh.close[3] = 77;
    expect(() => mergeRows(stored, fresh, false)).toThrow(BarConflict);
    expect(() => mergeRows(stored, viewOf(fresh, 2, 5), false)).toThrow(
      expect.objectContaining({ index: 1, startsAt: stored.startsAt[3], column: 'close', fresh: 77, stored: stored.close[3] }),
    );
    const { rows, changed, same } = mergeRows(stored, fresh, true);
    expect([rows.close[3], changed, same]).toEqual([77, 1, 4]);
  });

  test('what one source tells beyond the other is added, what it does not tell stays', () => {
    const [stored, fresh] = [minutes(2), minutes(2)];
    stored.trades[0] = 5;
    fresh.vwap[1] = 99.5;
    const { rows, changed, same } = mergeRows(stored, fresh, false);
    expect([rows.trades[0], rows.vwap[1], changed, same]).toEqual([5, 99.5, 1, 1]);
  });
});

describe('spans', () => {
  const span = fc.tuple(fc.nat(60), fc.nat(20)).map(([from, length]): Span => ({ from, to: from + length }));
  const minutesIn = (spans: readonly Span[]): Set<number> =>
    new Set(spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));

  test('united spans hold the same instants, in order, apart from each other', () => {
    fc.assert(
      fc.property(fc.array(span), (spans) => {
        const united = unite(spans);
        expect(minutesIn(united)).toEqual(new Set([...minutesIn(spans)].sort((a, b) => a - b)));
        expect(united.every(({ from, to }, i) => from < to && (i === 0 || from > united[i - 1]!.to))).toBe(true);
      }),
    );
  });

  test('what is missing is what is wanted and not there', () => {
    fc.assert(
      fc.property(fc.array(span), span, (spans, wanted) => {
        const there = minutesIn(spans);
        const holes = new Set([...minutesIn([wanted])].filter((at) => !there.has(at)));
        expect(minutesIn(missing(spans, wanted))).toEqual(holes);
      }),
    );
  });
});
