/** The tape of a symbol: averages, days and the entries that were given. */
import { expect, test } from 'vitest';
import { parseQuantity } from '#server/domain/money.ts';
import { beginDay, newTape, noteBar, noteDay, noteEntry, repeatsOf } from '#server/domain/tape.ts';
import { MINUTE_MS, plus } from '#server/domain/time.ts';
import { NOON } from '#tests/support/builders.ts';

test('the volume is averaged over about thirty bars', () => {
  const tape = newTape();
  noteBar(tape, Number.NaN, 100, 300);
  expect(tape.averageVolume).toBe(300);
  noteBar(tape, 100, 100, 600);
  expect(tape.averageVolume).toBeCloseTo(310, 9);
});

test('a move is compared with the moves before it, and not with itself', () => {
  const tape = newTape();
  noteBar(tape, Number.NaN, 100, 1);
  expect(tape).toMatchObject({ lastMove: 0, variance: 0 });
  noteBar(tape, 100, 101, 1);
  expect(tape).toMatchObject({ lastMove: 0.010000000000000009, variance: 0 });
  noteBar(tape, 101, 50.5, 1);
  expect(tape.lastMove).toBe(0.5);
  expect(tape.variance).toBeCloseTo(0.0001, 9);
  noteBar(tape, 50.5, 50.5, 1);
  expect(tape.variance).toBeCloseTo(0.0001 + (0.25 - 0.0001) / 30, 9);
});

test('a day ends with the last close of it, and its return is known when the next one begins', () => {
  const tape = newTape();
  beginDay(tape, 10, Number.NaN);
  expect(tape).toMatchObject({ day: 10, previousClose: 0, returns: [] });
  beginDay(tape, 11, 100);
  expect(tape).toMatchObject({ day: 11, previousClose: 100, returns: [] });
  beginDay(tape, 14, 110);
  expect(tape.returns).toEqual([{ day: 11, change: 110 / 100 - 1 }]);
  expect(tape.previousClose).toBe(110);
});

test('whole days of the past go before the bars of today, and only once', () => {
  const tape = newTape();
  for (const [day, close] of [
    [1, 100],
    [2, 110],
    [2, 120],
    [1, 90],
  ] as const)
    noteDay(tape, day, close);
  expect(tape.returns).toEqual([{ day: 2, change: 110 / 100 - 1 }]);
  beginDay(tape, 3, Number.NaN);
  expect(tape).toMatchObject({ day: 3, previousClose: 110 });
});

test('sixty days are kept', () => {
  const tape = newTape();
  for (let day = 1; day <= 70; day++) noteDay(tape, day, 100 + day);
  expect(tape.returns).toHaveLength(60);
  expect(tape.returns.at(-1)?.day).toBe(70);
});

test('entries of a side are counted for half an hour; the other side begins anew', () => {
  const tape = newTape();
  const entry = (side: 'buy' | 'sell') => ({ side, quantity: parseQuantity('1') });
  noteEntry(tape, entry('buy'), NOON);
  noteEntry(tape, entry('buy'), plus(NOON, MINUTE_MS));
  expect(repeatsOf(tape, 'buy', plus(NOON, 30 * MINUTE_MS - 1))).toBe(2);
  expect(repeatsOf(tape, 'buy', plus(NOON, 30 * MINUTE_MS))).toBe(1);
  expect(repeatsOf(tape, 'sell', plus(NOON, MINUTE_MS))).toBe(0);
  noteEntry(tape, entry('sell'), plus(NOON, 2 * MINUTE_MS));
  expect(repeatsOf(tape, 'buy', plus(NOON, 2 * MINUTE_MS))).toBe(0);
  expect(tape.lastEntry).toEqual({ ...entry('sell'), at: plus(NOON, 2 * MINUTE_MS) });
});
