/** The best of many that know nothing is not believed, however few of them are shown. */
import { expect, test } from 'vitest';
import { luckOf } from '#server/backtest/validation/luck.ts';
import { bestWithin, sharpeWithin, type Trial } from '#server/backtest/validation/trials.ts';
import { roll, seededChance } from '#server/exchange/random.ts';

const LENGTH = 500;
const WHOLE = [{ from: 0, to: LENGTH }];

/** Two hundred accounts that threw dice. */
function worthless(seed: number): Trial[] {
  const chance = seededChance(seed);
  return Array.from({ length: 200 }, (_, trial) => ({
    name: `p=${trial}`,
    returns: Float64Array.from({ length: LENGTH }, () => (roll(chance) - 0.5) / 50),
  }));
}

test('the planted sin: the best of two hundred looks certain by itself, and is about what luck explains', () => {
  const found = Array.from({ length: 10 }, (_, nth) => {
    const trials = worthless(nth + 1);
    return luckOf(trials, bestWithin(trials, WHOLE).index, []);
  });
  const mean = found.reduce((sum, luck) => sum + (luck?.deflatedSharpe ?? Number.NaN), 0) / found.length;
  expect(found.every((luck) => (luck?.probabilisticSharpe ?? 0) > 0.95)).toBe(true);
  expect(mean).toBeGreaterThan(0.3);
  expect(mean).toBeLessThan(0.7);
});

test('regression: the best of a search, shown alone afterwards, was deflated by nothing', () => {
  const trials = worthless(7);
  const best = bestWithin(trials, WHOLE).index;
  const alone = [trials[best] as Trial];
  const others = trials.filter((_, nth) => nth !== best).map(({ returns }) => sharpeWithin(returns, WHOLE));
  const all = luckOf(trials, best, []);
  expect(luckOf(alone, 0, others)).toMatchObject({ trials: 200, sharpe: all?.sharpe });
  expect(luckOf(alone, 0, others)?.deflatedSharpe).toBeCloseTo(all?.deflatedSharpe ?? Number.NaN, 12);
});
