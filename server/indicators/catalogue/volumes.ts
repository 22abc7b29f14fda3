/**
 * Indicators of volume. ADL (Chaikin) = Σ volume × ((close − low) − (high − close)) / (high − low), a bar without range adds
 * nothing; force index (Elder 1993) = EMA of change × volume; MFI (Quong and Soudack 1989; TA-Lib) = 100 × Σ rising flow /
 * Σ flow, flow = typical price × volume, unrounded, without any flow 50; volume profile = the price bin in which most volume
 * changed hands in the last bars, each bar's volume at its typical price.
 */
import { z } from 'zod';
import { Ema } from '../ema.ts';
import { atWork, bars, type Indicator } from '../indicator.ts';
import { RollingSum } from '../rolling-sum.ts';
import { RunningSum } from '../running-sum.ts';
import { Scalars } from '../scalars.ts';

const adl: Indicator<Record<string, never>> = {
  name: 'adl',
  aliases: ['ad', 'accumulationDistribution'],
  help: 'Accumulation/distribution line: running sum of the volumes, each by where its close lies in its range.',
  params: z.strictObject({}),
  outputs: ['adl'],
  warmUp: () => [1],
  make() {
    const line = new RunningSum();
    return atWork(1, [line], ({ high, low, close, volume }, out) => {
      out[0] = line.add(high > low ? (volume * (close - low - (high - close))) / (high - low) : 0);
    });
  },
};

const forceIndex: Indicator<{ period: number }> = {
  name: 'forceIndex',
  aliases: ['fi'],
  help: 'Force index: exponential average of change times volume.',
  params: z.strictObject({ period: bars(13, 'bars of the average') }),
  outputs: ['forceIndex'],
  warmUp: ({ period }) => [period + 1],
  make({ period }) {
    const [average, before] = [new Ema(period), new Scalars(Number.NaN)];
    return atWork(1, [average, before], ({ close, volume }, out) => {
      const force = (close - (before.at[0] as number)) * volume;
      before.at[0] = close;
      out[0] = average.next(force);
    });
  },
};

const mfi: Indicator<{ period: number }> = {
  name: 'mfi',
  aliases: ['moneyFlowIndex'],
  help: 'Money flow index, 0 to 100, unrounded; without any flow 50.',
  params: z.strictObject({ period: bars(14, 'bars of the sums') }),
  outputs: ['mfi'],
  warmUp: ({ period }) => [period + 1],
  make({ period }) {
    const [rising, falling, before] = [new RollingSum(period), new RollingSum(period), new Scalars(Number.NaN)];
    return atWork(1, [rising, falling, before], ({ high, low, close, volume }, out) => {
      const typical = (high + low + close) / 3;
      const change = typical - (before.at[0] as number);
      before.at[0] = typical;
      out[0] = Number.NaN;
      if (Number.isNaN(change)) return;
      const up = rising.next(change > 0 ? typical * volume : 0);
      const down = falling.next(change < 0 ? typical * volume : 0);
      out[0] = up + down === 0 ? 50 : (100 * up) / (up + down);
    });
  },
};

const Profile = z.strictObject({
  period: bars(60, 'bars of the profile'),
  bins: z.int().min(2).max(200).default(12).describe('bins from the lowest to the highest typical price'),
});

const volumeProfile: Indicator<z.infer<typeof Profile>> = {
  name: 'volumeProfile',
  help: 'Volume profile of the last bars: the middle of the bin with the most volume (the lowest of equals), and its share of all volume.',
  params: Profile,
  outputs: ['pointOfControl', 'share'],
  warmUp: ({ period }) => [period, period],
  make({ period, bins }) {
    const [prices, volumes] = [new RollingSum(period), new RollingSum(period)];
    const sums = new Float64Array(bins);
    return atWork(2, [prices, volumes], ({ high, low, close, volume }, out) => {
      prices.next((high + low + close) / 3);
      const total = volumes.next(volume);
      out.fill(Number.NaN);
      if (prices.count < period) return;
      const { lowest, width } = binsOf(prices, bins);
      sums.fill(0);
      for (let age = 0; age < period; age++) {
        const bin = width > 0 ? Math.min(bins - 1, Math.floor((prices.at(age) - lowest) / width)) : 0;
        sums[bin] = (sums[bin] as number) + volumes.at(age);
      }
      const most = sums.indexOf(Math.max(...sums));
      out[0] = lowest + width * (most + 0.5);
      out[1] = total > 0 ? (sums[most] as number) / total : 0;
    });
  },
};

function binsOf(prices: RollingSum, bins: number): { lowest: number; width: number } {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let age = 0; age < prices.count; age++) {
    lowest = Math.min(lowest, prices.at(age));
    highest = Math.max(highest, prices.at(age));
  }
  return { lowest, width: (highest - lowest) / bins };
}

export const volumes: readonly Indicator[] = [adl, forceIndex, mfi, volumeProfile];
