/**
 * Channels and trends. Awesome oscillator (Williams) = SMA 5 − SMA 34 of the median price; Keltner channels (Raschke's) =
 * EMA of the close ± multiplier × ATR; chandelier exit (LeBeau) = highest high − multiplier × ATR for a long position,
 * lowest low + multiplier × ATR for a short one. In the unit of the prices.
 */
import { z } from 'zod';
import { Atr } from '../atr.ts';
import { Ema } from '../ema.ts';
import { HighLow } from '../high-low.ts';
import { atWork, bars, factor, type Indicator } from '../indicator.ts';
import { Sma } from '../sma.ts';

const Awesome = z
  .strictObject({ fast: bars(5, 'bars of the fast average'), slow: bars(34, 'bars of the slow average', 2) })
  .refine(({ fast, slow }) => fast < slow, { path: ['fast'], message: 'fast must be smaller than slow' });

const awesomeOscillator: Indicator<z.infer<typeof Awesome>> = {
  name: 'awesomeOscillator',
  aliases: ['ao'],
  help: 'Awesome oscillator: a fast simple average of the median price less a slow one.',
  params: Awesome,
  outputs: ['awesomeOscillator'],
  warmUp: ({ slow }) => [slow],
  make(params) {
    const [fast, slow] = [new Sma(params.fast), new Sma(params.slow)];
    return atWork(1, [fast, slow], ({ high, low }, out) => {
      // Twice the median lies on the grid of the prices, which the exact averages keep to.
      out[0] = (fast.next(high + low) - slow.next(high + low)) / 2;
    });
  },
};

const Keltner = z.strictObject({
  period: bars(20, 'bars of the middle'),
  atrPeriod: bars(10, 'bars of the average true range'),
  multiplier: factor(2, 'average true ranges from the middle to a line'),
});

const keltner: Indicator<z.infer<typeof Keltner>> = {
  name: 'keltner',
  aliases: ['keltnerChannel', 'keltnerChannels'],
  help: 'Keltner channels: exponential average of the close, and average true ranges around it.',
  params: Keltner,
  outputs: ['middle', 'upper', 'lower'],
  warmUp({ period, atrPeriod }) {
    const lines = Math.max(period, atrPeriod + 1);
    return [period, lines, lines];
  },
  make({ period, atrPeriod, multiplier }) {
    const [average, atr] = [new Ema(period), new Atr(atrPeriod)];
    return atWork(3, [average, atr], (bar, out) => {
      const middle = average.next(bar.close);
      const width = multiplier * atr.next(bar);
      out[0] = middle;
      out[1] = middle + width;
      out[2] = middle - width;
    });
  },
};

const chandelierExit: Indicator<{ period: number; multiplier: number }> = {
  name: 'chandelierExit',
  aliases: ['chandelier'],
  help: 'Chandelier exit: some average true ranges from the highest high (long) and from the lowest low (short).',
  params: z.strictObject({ period: bars(22, 'bars of range and average true range'), multiplier: factor(3, 'average true ranges') }),
  outputs: ['long', 'short'],
  warmUp: ({ period }) => [period + 1, period + 1],
  make({ period, multiplier }) {
    const [range, atr] = [new HighLow(period), new Atr(period)];
    return atWork(2, [range, atr], (bar, out) => {
      range.take(bar);
      // There is none until the range is full.
      const room = multiplier * atr.next(bar);
      out[0] = range.highest - room;
      out[1] = range.lowest + room;
    });
  },
};

export const trends: readonly Indicator[] = [awesomeOscillator, keltner, chandelierExit];
