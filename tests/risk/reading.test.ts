/** The forms of a reading: from where on a value is near its limit, where it refuses, and which of several markets is told. */
import { expect, test } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { marketOf } from '#server/engine/genesis.ts';
import type { Reading } from '#server/risk/control.ts';
import { below, door, ofOrder, under, worstMarket } from '#server/risk/reading.ts';
import { bench, plan, portfolio } from '#tests/support/builders.ts';

test('a value is near from four fifths of its limit on, and refuses beyond it', () => {
  const states = [7.99, 8, 10, 10.01].map((value) => under(value, 10, 'count').state);
  expect(states).toEqual(['ok', 'near', 'near', 'refusing']);
  expect(under(8, 10, 'orders', 'AAPL')).toEqual({ value: 8, limit: 10, unit: 'orders', state: 'near', of: 'AAPL' });
});

test('of a limit that may not be reached it refuses at it', () => {
  expect([7.99, 8, 9.99, 10, 10.01].map((value) => below(value, 10, 'count').state)).toEqual([
    'ok',
    'near',
    'near',
    'refusing',
    'refusing',
  ]);
});

test('what is not known, or no number, is unknown and has no value', () => {
  for (const reading of [under, below])
    for (const value of [undefined, Number.NaN])
      expect(reading(value, 10, 'ms')).toMatchObject({ value: undefined, limit: 10, state: 'unknown' });
});

test('a door is open or closed, and a limit of orders alone has no value', () => {
  expect(door(true, 'AAPL')).toEqual({ value: undefined, limit: undefined, unit: 'none', state: 'refusing', of: 'AAPL' });
  expect(door(false).state).toBe('ok');
  expect(ofOrder(5, 'shares')).toEqual({ value: undefined, limit: 5, unit: 'shares', state: 'ok' });
});

/** What is told of markets that read these, in this order. */
function told(...readings: readonly Reading[]): Reading {
  const symbols = readings.map((_, nth) => `S${nth}` as AssetSymbol);
  const {
    books,
    plan: { limits },
  } = bench(plan({ portfolios: [portfolio({ symbols })] }));
  const ofSymbol = new Map(symbols.map((symbol, nth) => [symbol, readings[nth]!]));
  return worstMarket({ books, limits }, ({ symbol }) => ofSymbol.get(symbol)!);
}
const at = (value: number | undefined, state: Reading['state']): Reading => ({ value, limit: 10, unit: 'count', state });

test('of several markets the one that is nearest to a refusal is told: refusing, unknown, near, in order', () => {
  const [ok, near, unknown, refusing] = [at(1, 'ok'), at(1, 'near'), at(undefined, 'unknown'), at(1, 'refusing')] as const;
  const ascending = [ok, near, unknown, refusing];
  for (const [lower, one] of ascending.entries())
    for (const other of ascending.slice(lower + 1)) {
      expect(told(one, other)).toBe(other);
      expect(told(other, one)).toBe(other);
    }
});

test('in the same state the larger value is told, of the same the first; none counts as nothing', () => {
  const [small, large, same, none] = [at(0.5, 'ok'), at(2, 'ok'), at(0.5, 'ok'), at(undefined, 'ok')] as const;
  expect(told(small, large)).toBe(large);
  expect(told(large, small)).toBe(large);
  expect(told(small, same)).toBe(small);
  expect(told(none, small)).toBe(small);
  expect(told(small, none)).toBe(small);
});

test('a market that no portfolio trades is not told of, and where none is traded nothing refuses', () => {
  const {
    books,
    plan: { limits },
  } = bench();
  marketOf(books, 'MSFT' as AssetSymbol);
  expect(worstMarket({ books, limits }, ({ symbol }) => door(symbol === 'MSFT', symbol))).toMatchObject({ state: 'ok', of: 'AAPL' });
  const nothing = bench(plan({ portfolios: [] }));
  marketOf(nothing.books, 'MSFT' as AssetSymbol);
  expect(worstMarket({ books: nothing.books, limits }, () => door(true))).toEqual(door(false));
});
