/** A unit below its peak; what it engages, and what money that comes and goes does to it, is in tests/engine/losses.test.ts. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import { drawdown } from '#server/risk/controls/drawdown.ts';
import { reads, refusesAndPasses } from './both.ts';

const fallen = (peak: number) => ({ limits: { maxDrawdownPercent: 20 }, change: (books: Books) => Object.assign(books.risk, { peak }) });

refusesAndPasses(drawdown, fallen(1.251), 'a unit is 20.06 % below its peak, at most 20 %', fallen(1.2499));
refusesAndPasses(
  drawdown,
  { change: (books: Books) => Object.assign(books.risk, { units: 0 }) },
  'the value of a unit is not known yet',
  {},
);

test('it reads how far the unit is below its peak', () => {
  expect(reads(drawdown, fallen(1)).value).toBe(0);
  expect(reads(drawdown, fallen(2)).state).toBe('refusing');
  expect(reads(drawdown, fallen(1.2)).state).toBe('near');
  expect(reads(drawdown, { change: (books) => Object.assign(books.risk, { units: 0 }) }).state).toBe('unknown');
});
