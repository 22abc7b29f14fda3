/**
 * Where the close lies among the prices. CCI (Lambert 1980) = (typical − SMA) / (0.015 × mean absolute deviation), flat is
 * 0; Williams %R = −100 × (highest − close) / range, flat is −50; true range (Wilder 1978); highest high and lowest low;
 * typical price = (high + low + close) / 3, median price = (high + low) / 2.
 */
import { z } from 'zod';
import { HighLow } from '../high-low.ts';
import { atWork, bars, type Indicator } from '../indicator.ts';
import { RollingSum } from '../rolling-sum.ts';
import { Scalars } from '../scalars.ts';
import type { Candle } from '../usable.ts';

const typicalOf = ({ high, low, close }: Candle): number => (high + low + close) / 3;

const cci: Indicator<{ period: number }> = {
  name: 'cci',
  aliases: ['commodityChannelIndex'],
  help: 'Commodity channel index of the typical price, 0.015 and mean absolute deviation; flat is 0.',
  params: z.strictObject({ period: bars(20, 'bars of the mean', 2) }),
  outputs: ['cci'],
  warmUp: ({ period }) => [period],
  make({ period }) {
    const prices = new RollingSum(period);
    return atWork(1, [prices], (bar, out) => {
      const typical = typicalOf(bar);
      prices.next(typical);
      out[0] = Number.NaN;
      if (prices.count < period) return;
      // How far the mean lies from this bar: counted from here nothing cancels.
      let distance = 0;
      for (let age = 0; age < period; age++) distance += (prices.at(age) - typical) / period;
      let deviation = 0;
      for (let age = 0; age < period; age++) deviation += Math.abs(prices.at(age) - typical - distance) / period;
      // A sum of thirds may leave a rest of the size of its rounding.
      const isFlat = deviation <= Math.abs(typical) * 1e-14;
      out[0] = isFlat ? 0 : -distance / (0.015 * deviation);
    });
  },
};

const williamsR: Indicator<{ period: number }> = {
  name: 'williamsR',
  aliases: ['willr', 'williams'],
  help: 'Williams %R, -100 to 0: how far the close lies below the highest high; flat is -50.',
  params: z.strictObject({ period: bars(14, 'bars of the range') }),
  outputs: ['williamsR'],
  warmUp: ({ period }) => [period],
  make({ period }) {
    const range = new HighLow(period);
    return atWork(1, [range], (bar, out) => {
      range.take(bar);
      const { highest, lowest } = range;
      const place = highest === lowest ? -50 : (-100 * (highest - bar.close)) / (highest - lowest);
      out[0] = range.isFull ? place : Number.NaN;
    });
  },
};

const highestLowest: Indicator<{ period: number }> = {
  name: 'highestLowest',
  aliases: ['donchian'],
  help: 'Highest high, lowest low and their middle (Donchian channel).',
  params: z.strictObject({ period: bars(20, 'bars of the range') }),
  outputs: ['highest', 'lowest', 'middle'],
  warmUp: ({ period }) => [period, period, period],
  make({ period }) {
    const range = new HighLow(period);
    return atWork(3, [range], (bar, out) => {
      range.take(bar);
      out[0] = range.isFull ? range.highest : Number.NaN;
      out[1] = range.isFull ? range.lowest : Number.NaN;
      out[2] = middleOf(range);
    });
  },
};

const ICHIMOKU = z.strictObject({
  conversion: bars(9, 'bars of the conversion line'),
  base: bars(26, 'bars of the base line'),
  span: bars(52, 'bars of the second span'),
});

const ichimoku: Indicator<z.infer<typeof ICHIMOKU>> = {
  name: 'ichimoku',
  aliases: ['ichimokuCloud', 'ichimokuKinkoHyo'],
  help: 'Ichimoku lines (Hosoda): middles of three ranges. Spans belong to this bar: a chart draws them later, usually by the bars of the base line.',
  params: ICHIMOKU,
  outputs: ['conversion', 'base', 'spanA', 'spanB'],
  warmUp: ({ conversion, base, span }) => [conversion, base, Math.max(conversion, base), span],
  make({ conversion, base, span }) {
    const ranges = [new HighLow(conversion), new HighLow(base), new HighLow(span)] as const;
    return atWork(4, ranges, (bar, out) => {
      for (const range of ranges) range.take(bar);
      const [first, second, third] = ranges.map(middleOf) as [number, number, number];
      out[0] = first;
      out[1] = second;
      out[2] = (first + second) / 2;
      out[3] = third;
    });
  },
};

const middleOf = ({ isFull, highest, lowest }: HighLow): number => (isFull ? (highest + lowest) / 2 : Number.NaN);

const trueRange: Indicator<Record<string, never>> = {
  name: 'trueRange',
  aliases: ['trange', 'tr'],
  help: "Wilder's true range: the range of the bar and of the gap before it.",
  params: z.strictObject({}),
  outputs: ['trueRange'],
  warmUp: () => [2],
  make() {
    const before = new Scalars(Number.NaN);
    return atWork(1, [before], ({ high, low, close }, out) => {
      const previous = before.at[0] as number;
      before.at[0] = close;
      out[0] = Math.max(high, previous) - Math.min(low, previous);
    });
  },
};

const priceOf = (name: string, help: string, price: (bar: Candle) => number): Indicator<Record<string, never>> => ({
  name,
  help,
  params: z.strictObject({}),
  outputs: [name],
  warmUp: () => [1],
  make: () =>
    atWork(1, [], (bar, out) => {
      out[0] = price(bar);
    }),
});

export const ranges: readonly Indicator[] = [
  cci,
  williamsR,
  highestLowest,
  ichimoku,
  trueRange,
  priceOf('typicalPrice', 'Typical price: (high + low + close) / 3.', typicalOf),
  priceOf('medianPrice', 'Median price: (high + low) / 2.', ({ high, low }) => (high + low) / 2),
];
