/** A position with all that is out. */
import { expect, test } from 'vitest';
import { positionSize } from '#server/risk/controls/position-size.ts';
import { holds, money, reads, refusesAndPasses, sale } from './both.ts';

refusesAndPasses(
  positionSize,
  { limits: { maxPositionNotional: money('1499.99') }, change: holds('5') },
  'the position would be $1500, at most $1499.99',
  { limits: { maxPositionNotional: money('1500') }, change: holds('5') },
);
refusesAndPasses(
  positionSize,
  { intent: sale, limits: { maxPositionNotional: money('1499.99') }, change: holds('-5') },
  'the position would be $1500',
  { intent: sale, limits: { maxPositionNotional: money('1500') }, change: holds('-5') },
);

test('it reads the largest position beside the limit', () => {
  const held = (quantity: string) => reads(positionSize, { limits: { maxPositionNotional: money('1000') }, change: holds(quantity) });
  expect(held('-5')).toMatchObject({ value: 500, limit: 1000, state: 'ok', of: 'AAPL' });
  expect(held('8').state).toBe('near');
  expect(held('10').state).toBe('near');
  expect(held('10.01').state).toBe('refusing');
});
