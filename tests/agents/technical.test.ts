/** The agents of the larger kernels, on series made by hand: when they speak, and with which numbers. */
import { expect, test } from 'vitest';
import { agents } from '#server/agents/registry.ts';
import type { Opinion } from '#server/domain/agent.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { bar, NOON } from '#tests/support/builders.ts';

type Said = Record<number, Pick<Opinion, 'direction' | 'reason' | 'confidence'>>;

function said(name: string, config: object, closes: readonly number[], startsAt?: (nth: number) => number): Said {
  const kind = agents[name]!;
  const agent = kind.hire(kind.schema.parse(config));
  const opinions: Said = {};
  closes.forEach((close, nth) => {
    const one = bar(nth, close);
    const opinion = agent.onBar(startsAt === undefined ? one : { ...one, startsAt: startsAt(nth) as Instant });
    if (opinion !== undefined) opinions[nth + 1] = opinion;
  });
  return opinions;
}

const directions = (opinions: Said): string =>
  Object.entries(opinions)
    .map(([nth, { direction }]) => `${nth} ${direction}`)
    .join(', ');

test('macd-trend speaks when the lines cross', () => {
  // The macd: 0.5 at bar 2, 0.8333, 0.6111; the signal: 0.6667 at bar 3, 0.6296.
  const opinions = said('macd-trend', { fast: 1, slow: 2, signal: 2 }, [1, 2, 4, 5, 6, 4, 8]);
  expect(directions(opinions)).toBe('4 down, 7 up');
  expect(opinions[4]?.reason).toBe('MACD(1, 2, 2) 0.611111111 fell below its signal 0.629629630');
});

test('adx-trend takes the side of the trend, and leaves it when it is over', () => {
  const rising = [10, 11, 12, 13, 14, 15];
  const opinions = said('adx-trend', { period: 2 }, [...rising, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15]);
  expect(opinions[4]).toMatchObject({ direction: 'up', confidence: 1 });
  expect(opinions[4]?.reason).toBe('ADX(2) 100.00 is at least 25, with +DI 100.00, -DI 0.00');
  expect(Object.keys(opinions)[0]).toBe('4');
  expect(directions(said('adx-trend', { period: 2 }, [10, 9, 8, 7, 6]))).toBe('4 down');
});

test('stochastic-swing turns at the bottom, and ends at the top', () => {
  const opinions = said('stochastic-swing', { period: 3, smoothing: 1, signal: 2 }, [9, 8, 7, 6, 5.5, 5.6, 9, 9]);
  expect(directions(opinions)).toBe('6 up, 7 flat');
  expect(opinions[6]?.reason).toBe('Stochastic(3) k 20.00 turned above d 10.00, below 20');
  expect(opinions[6]?.confidence).toBeCloseTo(0.75, 9);
});

test('psar-trail turns when the price crosses the stop', () => {
  const opinions = said('psar-trail', {}, [10, 11, 12, 13, 9, 8, 14]);
  expect(directions(opinions)).toBe('5 down, 7 up');
  expect(opinions[5]).toMatchObject({ confidence: 1, reason: '9.0000 fell below the stop of SAR(0.02, 0.2), now 13.0000' });
});

test('vwap-reversion waits for the session to settle, and ends with it', () => {
  const config = { settleBars: 3, distancePercent: 1 };
  const opinions = said('vwap-reversion', config, [100, 90, 90, 94.4]);
  expect(directions(opinions)).toBe('3 up, 4 flat');
  expect(opinions[3]?.reason).toBe('90.0000 is 3.57 % below VWAP 93.3333');
  expect(opinions[4]?.reason).toContain('it came back');
  const nextDay = said('vwap-reversion', config, [100, 90, 90, 80], (nth) => NOON + (nth === 3 ? DAY_MS : nth * MINUTE_MS));
  expect(directions(nextDay)).toBe('3 up, 4 flat');
  expect(nextDay[4]?.reason).toContain('a new session began');
});

test('obv-confirm needs price and volume on one side', () => {
  const opinions = said('obv-confirm', { period: 3 }, [10, 10, 11, 12, 9]);
  expect(directions(opinions)).toBe('3 up, 5 down');
  expect(opinions[3]?.reason).toBe('11.0000 against SMA(3) 10.3333, on-balance volume 66.7 above its mean');
});

test('atr-breakout takes a large move, and gives it up when it has come back', () => {
  const opinions = said('atr-breakout', { period: 2, breakout: 2, giveBack: 1 }, [10, 11, 10, 15, 15, 13]);
  expect(directions(opinions)).toBe('4 up, 6 flat');
  expect(opinions[4]).toMatchObject({ confidence: 1, reason: '15.0000 moved by 5.0000, more than 2 times ATR(2) 1.0000' });
});

test('composite-technical follows a strong trend', () => {
  const opinions = said('composite-technical', { period: 3, fast: 2, slow: 5 }, [10, 11, 12, 13, 14, 15, 16]);
  expect(opinions[7] ?? opinions[6]).toMatchObject({ direction: 'up' });
});
