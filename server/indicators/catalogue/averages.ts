/**
 * More moving averages of the closes, in the unit of the prices: weighted (WMA: weights 1 … period, the newest weighs most),
 * Wilder's (WEMA: smoothing 1 / period, seeded with the simple mean), double and triple exponential (Mulloy 1994: 2e − ee,
 * 3e − 3ee + eee), and the standard deviation (population). Seeding is TA-Lib's.
 */
import { z } from 'zod';
import { Bollinger } from '../bollinger.ts';
import { Ema } from '../ema.ts';
import { atWork, bars, type Indicator } from '../indicator.ts';
import { RollingSum } from '../rolling-sum.ts';

const params = z.strictObject({ period: bars(20, 'bars of the average') });

const wma: Indicator<{ period: number }> = {
  name: 'wma',
  help: 'Weighted moving average of the closes: the newest weighs most.',
  params,
  outputs: ['wma'],
  warmUp: ({ period }) => [period],
  make({ period }) {
    const closes = new RollingSum(period);
    const weights = (period * (period + 1)) / 2;
    return atWork(1, [closes], (bar, out) => {
      closes.next(bar.close);
      let sum = closes.count < period ? Number.NaN : 0;
      for (let age = 0; age < closes.count; age++) sum += (period - age) * closes.at(age);
      out[0] = sum / weights;
    });
  },
};

const wema: Indicator<{ period: number }> = {
  name: 'wema',
  aliases: ['wilders', 'rma', 'smma'],
  help: "Wilder's moving average of the closes: smoothing 1 / period, seeded with their simple mean.",
  params,
  outputs: ['wema'],
  warmUp: ({ period }) => [period],
  make({ period }) {
    const ema = new Ema(period, 1 / period);
    return atWork(1, [ema], (bar, out) => {
      out[0] = ema.next(bar.close);
    });
  },
};

const chained = (name: string, help: string, weights: readonly number[]): Indicator<{ period: number }> => ({
  name,
  help,
  params,
  outputs: [name],
  warmUp: ({ period }) => [weights.length * (period - 1) + 1],
  make({ period }) {
    const chain = weights.map(() => new Ema(period));
    return atWork(1, chain, (bar, out) => {
      let [value, sum] = [bar.close, 0];
      chain.forEach((ema, nth) => {
        value = ema.next(value);
        sum += value * (weights[nth] as number);
      });
      out[0] = sum;
    });
  },
});

const dema = chained('dema', 'Double exponential moving average of the closes: 2e - ee.', [2, -1]);
const tema = chained('tema', 'Triple exponential moving average of the closes: 3e - 3ee + eee.', [3, -3, 1]);

const standardDeviation: Indicator<{ period: number }> = {
  name: 'standardDeviation',
  aliases: ['sd', 'stddev'],
  help: 'Population standard deviation of the closes, from exact sums.',
  params,
  outputs: ['standardDeviation'],
  warmUp: ({ period }) => [period],
  make({ period }) {
    const bands = new Bollinger(period, 1);
    return atWork(1, [bands], (bar, out) => {
      out[0] = bands.next(bar.close).width;
    });
  },
};

export const averages: readonly Indicator[] = [wma, wema, dema, tema, standardDeviation];
