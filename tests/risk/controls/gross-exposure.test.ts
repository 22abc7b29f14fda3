/** All positions, long and short added up; with orders of others in tests/engine/strangers.test.ts. */
import { expect, test } from 'vitest';
import { grossExposure } from '#server/risk/controls/gross-exposure.ts';
import { holds, money, reads, refusesAndPasses } from './both.ts';

refusesAndPasses(
  grossExposure,
  { limits: { maxGrossExposure: money('1999') }, change: holds('-10') },
  'exposure would be $2000, at most $1999',
  { limits: { maxGrossExposure: money('2000') }, change: holds('-10') },
);

test('it reads what is held and out', () => {
  const scene = (limit: string) => ({ limits: { maxGrossExposure: money(limit) }, change: holds('-10') });
  expect(reads(grossExposure, scene('2000'))).toMatchObject({ value: 1000, limit: 2000, state: 'ok' });
  expect(reads(grossExposure, scene('999')).state).toBe('refusing');
});
