/** Each agent on series made by hand: it speaks exactly when it should, and its reason contains the numbers that decided. */
import { expect, test } from 'vitest';
import { agents } from '#server/agents/registry.ts';
import type { Opinion } from '#server/domain/agent.ts';
import { bar } from '#tests/support/builders.ts';

/** What the agent says, by the place of the bar (from 1). */
function said(name: string, config: unknown, closes: readonly number[]): Record<number, Opinion> {
  const kind = agents[name]!;
  const agent = kind.hire(kind.schema.parse(config));
  const opinions: Record<number, Opinion> = {};
  closes.forEach((close, nth) => {
    const opinion = agent.onBar(bar(nth, close));
    if (opinion !== undefined) opinions[nth + 1] = opinion;
  });
  return opinions;
}

const directions = (opinions: Record<number, Opinion>): Record<number, string> =>
  Object.fromEntries(Object.entries(opinions).map(([nth, { direction }]) => [nth, direction]));

test('ma-cross speaks at the cross, and not of the relation it came into', () => {
  // SMA 2: 10, 10, 9.5, 9.5, 11; SMA 3: –, 10, 9.67, 9.67, 10.33
  const opinions = said('ma-cross', { fast: 2, slow: 3 }, [10, 10, 10, 9, 10, 12]);
  expect(opinions).toEqual({
    6: { direction: 'up', confidence: 0.6, horizonMs: undefined, reason: 'SMA(2) 11.0000 rose above SMA(3) 10.3333' },
  });
  expect(directions(said('ma-cross', { fast: 2, slow: 3 }, [1, 2, 3, 4, 5, 6]))).toEqual({});
  expect(directions(said('ma-cross', { fast: 2, slow: 3 }, [1, 2, 3, 4, 1, 9, 1]))).toEqual({ 5: 'down', 6: 'up' });
});

test('ma-cross: averages that touch and part again on the same side did not cross', () => {
  // At bar 5 both averages are 11; before and after the fast one is above.
  expect(directions(said('ma-cross', { fast: 1, slow: 2 }, [10, 11, 12, 12, 12, 13]))).toEqual({});
  expect(directions(said('ma-cross', { fast: 1, slow: 2 }, [10, 11, 12, 12, 12, 11]))).toEqual({ 6: 'down' });
});

test('ma-cross with exponential averages names them', () => {
  const [first] = Object.values(said('ma-cross', { average: 'ema', fast: 2, slow: 3, confidence: 0.25 }, [10, 10, 10, 11, 11, 2]));
  expect(first).toMatchObject({ direction: 'down', confidence: 0.25 });
  expect(first?.reason).toMatch(/^EMA\(2\) \d+\.\d{4} fell below EMA\(3\) \d+\.\d{4}$/);
});

test('rsi-reversion: up when oversold, flat when back, down when overbought', () => {
  const config = { period: 2, oversold: 30, overbought: 70, exitAt: 50 };
  // RSI: –, –, 0, 0, 50, 75
  const opinions = said('rsi-reversion', config, [10, 9, 8, 7, 8, 9]);
  expect(directions(opinions)).toEqual({ 3: 'up', 5: 'flat', 6: 'down' });
  expect(opinions[3]).toEqual({ direction: 'up', confidence: 1, horizonMs: undefined, reason: 'RSI(2) 0.00 is oversold (at most 30)' });
  expect(opinions[5]?.reason).toBe('RSI(2) 50.00 is back at 50');
  expect(opinions[6]?.reason).toBe('RSI(2) 75.00 is overbought (at least 70)');
});

test('bollinger-reversion: up below the lower band, flat at the middle, down above the upper one', () => {
  const config = { period: 4, deviations: 1.5 };
  // Bar 4: mean 9, deviation √3 ≈ 1.7321, lower band 6.4019; the close of 6 is below it.
  const opinions = said('bollinger-reversion', config, [10, 10, 10, 6, 6, 9, 20]);
  expect(directions(opinions)).toEqual({ 4: 'up', 6: 'flat', 7: 'down' });
  expect(opinions[4]?.reason).toBe('6.0000 is below the lower band 6.4019 of BB(4, 1.5)');
  expect(opinions[4]?.confidence).toBeCloseTo(0.5 + 0.5 * ((2 * (6.401923788646684 - 6)) / (1.5 * Math.sqrt(3))), 12);
  expect(opinions[6]?.reason).toBe('9.0000 is back at the middle 7.7500 of BB(4, 1.5)');
  expect(opinions[7]?.reason).toBe('20.0000 is above the upper band 18.8913 of BB(4, 1.5)');
});

test('at the boundary: an RSI of exactly the threshold is oversold or overbought, a close of exactly the middle is back', () => {
  const config = { period: 2, oversold: 50, exitAt: 60, overbought: 75 };
  expect(directions(said('rsi-reversion', config, [10, 9, 10]))).toEqual({ 3: 'up' });
  expect(directions(said('rsi-reversion', { period: 2, oversold: 10, exitAt: 20, overbought: 50 }, [10, 9, 10]))).toEqual({ 3: 'down' });
  expect(directions(said('rsi-reversion', { period: 2, exitAt: 50 }, [10, 9, 8, 9]))).toEqual({ 3: 'up', 4: 'flat' });
  // At the last bar 9, 7 and 8 have their middle at the close.
  expect(directions(said('bollinger-reversion', { period: 3, deviations: 1.4 }, [9, 9, 7, 8]))).toEqual({ 3: 'up', 4: 'flat' });
  // A close of exactly a band is not beyond it: 0, 2, 0, 2 have their mean at 1 and deviate by 1.
  expect(directions(said('bollinger-reversion', { period: 4, deviations: 1 }, [1000, 1002, 1000, 1002]))).toEqual({});
});

test.each([
  ['ma-cross', { fast: 30, slow: 30 }, 'fast must be smaller than slow'],
  ['ma-cross', { fast: 0 }, 'fast'],
  ['ma-cross', { fast: 1.5 }, 'fast'],
  ['ma-cross', { slow: 1001 }, 'slow'],
  ['ma-cross', { confidence: 1.1 }, 'confidence'],
  ['ma-cross', { average: 'wma' }, 'average'],
  ['rsi-reversion', { period: 1 }, 'period'],
  ['rsi-reversion', { oversold: 50 }, 'exitAt must lie between oversold and overbought'],
  ['rsi-reversion', { exitAt: 70 }, 'exitAt must lie between oversold and overbought'],
  ['rsi-reversion', { overbought: 100 }, 'overbought'],
  ['bollinger-reversion', { period: 501 }, 'period'],
  ['bollinger-reversion', { deviations: 0 }, 'deviations'],
  ['bollinger-reversion', { period: 5, deviations: 2 }, 'no close of 5 bars lies 2 standard deviations from their mean'],
])('%s refuses %j', (name, config, words) => {
  const result = agents[name]!.schema.safeParse(config);
  expect(JSON.stringify(result.error?.issues)).toContain(words);
});

test('bollinger-reversion: bands that a close can just leave are allowed', () => {
  expect(agents['bollinger-reversion']!.schema.safeParse({ period: 5, deviations: 1.99 }).success).toBe(true);
  expect(directions(said('bollinger-reversion', { period: 5, deviations: 1.99 }, [9, 9, 9, 9, 8]))).toEqual({ 5: 'up' });
});
