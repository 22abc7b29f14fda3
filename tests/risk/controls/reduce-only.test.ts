/** An order that is said to reduce; over random books in the judge's properties. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { reduceOnly } from '#server/risk/controls/reduce-only.ts';
import { outstanding } from '../cases.ts';
import { holds, reads, refusedBy, refusesAndPasses, why } from './both.ts';

const closing = (quantity: string) => ({ purpose: 'reduce', side: 'sell', quantity: parseQuantity(quantity) }) as const;

refusesAndPasses(reduceOnly, { intent: closing('10.000000001'), change: holds('10') }, 'it would do more than close the position', {
  intent: closing('10'),
  change: holds('10'),
});

test('what is being closed already is not closed again', () => {
  const scene = (quantity: string) => ({
    intent: closing(quantity),
    change: (...[books, market]: Parameters<ReturnType<typeof holds>>) => {
      holds('10')(books, market);
      outstanding(books, market, closing('4'));
    },
  });
  expect(why(scene('6'))).toBe('');
  expect(why(scene('6.1'))).toBe('it would do more than close the position');
  expect(reads(reduceOnly, scene('6')).state).toBe('ok');
});

test('what takes the place of another order is of its side, and for no more than that has left', () => {
  const replacing = (side: 'buy' | 'sell', quantity: string) => ({
    intent: { purpose: 'reduce', side, quantity: parseQuantity(quantity), replaces: 'rtest-0-1' as OrderId } as const,
    change: (books: Books, market: Market) => {
      holds('10')(books, market);
      outstanding(books, market, closing('10'));
    },
  });
  expect(why(replacing('sell', '10'))).toBe('');
  expect(why(replacing('sell', '10.1'))).toBe('it would do more than close the position');
  expect(why(replacing('buy', '1'))).toBe('it would do more than close the position');
  expect(why(replacing('buy', '11'))).toBe('it would do more than close the position');
});

test('a long position is closed by a sale and a short one by a purchase, and nothing by either where nothing is held', () => {
  const held = (quantity: string, side: 'buy' | 'sell') =>
    refusedBy(reduceOnly, { intent: { ...closing('10'), side }, change: holds(quantity) });
  expect([held('10', 'sell'), held('-10', 'buy')]).toEqual([undefined, undefined]);
  for (const [quantity, side] of [
    ['10', 'buy'],
    ['-10', 'sell'],
    ['0', 'buy'],
    ['0', 'sell'],
  ] as const)
    expect(held(quantity, side)).toBe('it would do more than close the position');
});
