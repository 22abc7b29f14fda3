/** VWAP over two years of hours, nights of daylight saving and bars without volume among them, against exact sums and the time-zone database. */
import { expect, test } from 'vitest';
import { HOUR_MS, type Instant } from '#server/domain/time.ts';
import { findIndicator } from '#server/indicators/registry.ts';
import { toNumber } from './paper/decimal.ts';
import { sessionVwap } from './paper/session.ts';
import { walkOf } from './series.ts';

const FROM = Date.UTC(2023, 11, 30, 0, 30);
const walk = walkOf({ count: 2 * 366 * 24, seed: 9, unit: 0.01, from: 10_000, step: 12, volumes: 3 });
const bars = walk.map((bar, nth) => ({ ...bar, startsAt: (FROM + nth * HOUR_MS) as Instant }));

test.each(['newYork', 'utc'] as const)('days of %s', (session) => {
  const work = findIndicator('vwap')!.make({ session });
  const ours = bars.map((bar) => work.next(bar)[0]!);
  const worst = Math.max(...sessionVwap(bars, session).map((value, nth) => Math.abs(ours[nth]! - toNumber(value)) / toNumber(value)));
  expect(worst).toBeLessThan(1e-13);
});
