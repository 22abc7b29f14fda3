/** An order that is said to reduce; over random books in the judge's properties. */
import { expect, test } from 'vitest';
import { parseQuantity } from '#server/domain/money.ts';
import { reduceOnly } from '#server/risk/controls/reduce-only.ts';
import { outstanding } from '../cases.ts';
import { holds, reads, refusesAndPasses, why } from './both.ts';

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
