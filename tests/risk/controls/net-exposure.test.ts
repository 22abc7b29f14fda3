/** Long less short. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { netExposure } from '#server/risk/controls/net-exposure.ts';
import { holds, money, reads, refusedBy, refusesAndPasses, sale } from './both.ts';

const short = (dollars: number) => (books: Books, market: Market) => {
  holds('-30')(books, market);
  market.held = -30;
  books.lossScreen.equity = dollars;
};

refusesAndPasses(
  netExposure,
  { limits: { maxNetPercent: 60, maxDailyLoss: money('99999') }, intent: sale, change: short(6666) },
  'net exposure would be 60.01 % of the equity, at most 60 %',
  { limits: { maxNetPercent: 60, maxDailyLoss: money('99999') }, intent: sale, change: short(6667) },
);

test('what goes the other way makes it less; what is out counts where it is worst', () => {
  const limits = { maxNetPercent: 60 };
  // 3,000 short, and 1,000 are bought: 2,000 short in the end, 3,000 until then.
  expect(refusedBy(netExposure, { limits, change: short(5000) })).toBeUndefined();
  expect(refusedBy(netExposure, { limits, change: short(4999) })).toContain('60.01 %');
  expect(reads(netExposure, { limits, change: short(5000) })).toMatchObject({ value: 60, limit: 60, state: 'near' });
});
