/** An order beside what trades. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { volumeShare } from '#server/risk/controls/volume-share.ts';
import { instrument, reads, refusedBy, refusesAndPasses } from './both.ts';

const traded = (averageVolume: number) => (_: Books, market: Market) => Object.assign(market.tape, { averageVolume });
const few = { maxVolumePercent: 5 };

refusesAndPasses(volumeShare, { limits: few, change: traded(6.6) }, '10 are more than 5 % of the volume of 30 bars, 198', {
  limits: few,
  change: traded(6.7),
});

test('where nothing was seen to trade nothing is opened; of a pair nobody counts all that trades', () => {
  expect(refusedBy(volumeShare, { limits: few, change: traded(0) })).toContain('10 are more than 5 %');
  const pair = (books: Books, market: Market) => [traded(0)(books, market), instrument({ assetClass: 'crypto' })(books, market)];
  expect(refusedBy(volumeShare, { limits: few, change: pair })).toBeUndefined();
  expect(reads(volumeShare, { limits: few })).toMatchObject({ limit: 5, state: 'ok' });
});

test('exactly the part that is allowed passes', () => {
  // Four a bar are 120 in 30 bars, of which a quarter is 30.
  const shares = (quantity: string) => ({
    ...{ limits: { maxVolumePercent: 25 }, intent: { quantity: parseQuantity(quantity) }, change: traded(4) },
  });
  expect(refusedBy(volumeShare, shares('30'))).toBeUndefined();
  expect(refusedBy(volumeShare, shares('31'))).toBe('31 are more than 25 % of the volume of 30 bars, 120');
});
