/** The eleven hot kernels behind the contract of all indicators. Their formulas are told in their own files. */
import { z } from 'zod';
import { Adx } from '../adx.ts';
import { Atr } from '../atr.ts';
import { Bollinger } from '../bollinger.ts';
import { Ema } from '../ema.ts';
import { atWork, bars, factor, type Indicator } from '../indicator.ts';
import { Macd } from '../macd.ts';
import { Obv } from '../obv.ts';
import { Psar } from '../psar.ts';
import { RollingVwap } from '../rolling-vwap.ts';
import { Rsi } from '../rsi.ts';
import { Sma } from '../sma.ts';
import { Stochastic } from '../stochastic.ts';
import { SessionVwap } from '../vwap.ts';

type Averaged = 'sma' | 'ema' | 'rsi';
const makers = { sma: Sma, ema: Ema, rsi: Rsi } as const;

const ofCloses = (name: Averaged, usual: number, more: { help: string; extraBars: number }): Indicator<{ period: number }> => ({
  name,
  help: more.help,
  params: z.strictObject({ period: bars(usual, 'bars of the average') }),
  outputs: [name],
  warmUp: ({ period }) => [period + more.extraBars],
  make({ period }) {
    const kernel = new makers[name](period);
    return atWork(1, [kernel], (bar, out) => {
      out[0] = kernel.next(bar.close);
    });
  },
});

const sma = ofCloses('sma', 20, { help: 'Simple moving average of the closes, exact.', extraBars: 0 });
const ema = ofCloses('ema', 20, { help: 'Exponential moving average of the closes, seeded with their simple mean.', extraBars: 0 });
const rsi = ofCloses('rsi', 14, { help: "Wilder's relative strength index of the closes, 0 to 100; flat is 50.", extraBars: 1 });

const MacdParams = z
  .strictObject({
    fast: bars(12, 'bars of the fast average'),
    slow: bars(26, 'bars of the slow average', 2),
    signal: bars(9, 'bars of the signal line'),
    seeding: z
      .enum(['own', 'aligned'])
      .default('own')
      .describe('own: each average from its own first bars (TTR); aligned: together (TA-Lib)'),
  })
  .refine(({ fast, slow }) => fast < slow, { path: ['fast'], message: 'fast must be smaller than slow' });

const macd: Indicator<z.infer<typeof MacdParams>> = {
  name: 'macd',
  help: 'Moving average convergence/divergence of the closes: EMA(fast) - EMA(slow), its EMA(signal), and the difference.',
  params: MacdParams,
  outputs: ['macd', 'signal', 'histogram'],
  warmUp: ({ slow, signal }) => [slow, slow + signal - 1, slow + signal - 1],
  make({ fast, slow, signal, seeding }) {
    const kernel = new Macd({ fast, slow, signal, aligned: seeding === 'aligned' });
    return atWork(3, [kernel], (bar, out) => {
      const lines = kernel.next(bar.close);
      out[0] = lines.macd;
      out[1] = lines.signal;
      out[2] = lines.histogram;
    });
  },
};

const bollinger: Indicator<{ period: number; deviations: number }> = {
  name: 'bollinger',
  aliases: ['bb', 'bbands', 'bollingerBands'],
  help: 'Bollinger bands of the closes: simple mean, and population standard deviations around it.',
  params: z.strictObject({ period: bars(20, 'bars of the bands'), deviations: factor(2, 'standard deviations from the middle to a band') }),
  outputs: ['middle', 'upper', 'lower'],
  warmUp: ({ period }) => [period, period, period],
  make({ period, deviations }) {
    const kernel = new Bollinger(period, deviations);
    return atWork(3, [kernel], (bar, out) => {
      const bands = kernel.next(bar.close);
      out[0] = bands.middle;
      out[1] = bands.upper;
      out[2] = bands.lower;
    });
  },
};

const atr: Indicator<{ period: number }> = {
  name: 'atr',
  aliases: ['averageTrueRange'],
  help: "Wilder's average true range, in the unit of the prices.",
  params: z.strictObject({ period: bars(14, 'bars of the average') }),
  outputs: ['atr'],
  warmUp: ({ period }) => [period + 1],
  make({ period }) {
    const kernel = new Atr(period);
    return atWork(1, [kernel], (bar, out) => {
      out[0] = kernel.next(bar);
    });
  },
};

const adx: Indicator<{ period: number }> = {
  name: 'adx',
  aliases: ['dmi'],
  help: "Wilder's average directional index with +DI and -DI, 0 to 100.",
  params: z.strictObject({ period: bars(14, 'bars of the smoothing', 2) }),
  outputs: ['adx', 'plusDi', 'minusDi'],
  warmUp: ({ period }) => [2 * period, period + 1, period + 1],
  make({ period }) {
    const kernel = new Adx(period);
    return atWork(3, [kernel], (bar, out) => {
      out[0] = kernel.next(bar);
      out[1] = kernel.plusDi;
      out[2] = kernel.minusDi;
    });
  },
};

const StochasticParams = z.strictObject({
  period: bars(14, 'bars of the range'),
  smoothing: bars(3, 'values that k averages; 1 is the fast oscillator'),
  signal: bars(3, 'values of k that d averages'),
});

const stochastic: Indicator<z.infer<typeof StochasticParams>> = {
  name: 'stochastic',
  aliases: ['stoch'],
  help: 'Stochastic oscillator, 0 to 100: where the close lies in the range of the last bars, smoothed; flat is 50.',
  params: StochasticParams,
  outputs: ['k', 'd'],
  warmUp: ({ period, smoothing, signal }) => [period + smoothing - 1, period + smoothing + signal - 2],
  make(params) {
    const kernel = new Stochastic(params);
    return atWork(2, [kernel], (bar, out) => {
      const lines = kernel.next(bar);
      out[0] = lines.k;
      out[1] = lines.d;
    });
  },
};

const obv: Indicator<Record<string, never>> = {
  name: 'obv',
  aliases: ['onBalanceVolume'],
  help: "On-balance volume, beginning with the first bar's volume.",
  params: z.strictObject({}),
  outputs: ['obv'],
  warmUp: () => [1],
  make() {
    const kernel = new Obv();
    return atWork(1, [kernel], (bar, out) => {
      out[0] = kernel.next(bar);
    });
  },
};

const VwapParams = z.strictObject({ session: z.enum(['newYork', 'utc']).default('newYork').describe('whose day it begins anew with') });

const vwap: Indicator<z.infer<typeof VwapParams>> = {
  name: 'vwap',
  help: 'Volume-weighted average of the typical price since the session began.',
  params: VwapParams,
  outputs: ['vwap'],
  warmUp: () => [1],
  make({ session }) {
    const kernel = new SessionVwap(session);
    return atWork(1, [kernel], (bar, out) => {
      out[0] = kernel.next(bar);
    });
  },
};

const rollingVwap: Indicator<{ period: number }> = {
  name: 'rollingVwap',
  help: 'Volume-weighted average of the typical price over the last bars.',
  params: z.strictObject({ period: bars(20, 'bars of the average') }),
  outputs: ['vwap'],
  warmUp: ({ period }) => [period],
  make({ period }) {
    const kernel = new RollingVwap(period);
    return atWork(1, [kernel], (bar, out) => {
      out[0] = kernel.next(bar);
    });
  },
};

const psar: Indicator<{ step: number; limit: number }> = {
  name: 'psar',
  aliases: ['sar', 'parabolicSar'],
  help: "Wilder's parabolic stop and reverse, in the unit of the prices.",
  params: z.strictObject({
    step: z.number().min(0.0001).max(1).default(0.02).describe('first factor, and what each new extreme adds'),
    limit: z.number().min(0.0001).max(1).default(0.2).describe('largest factor'),
  }),
  outputs: ['psar'],
  warmUp: () => [2],
  make({ step, limit }) {
    const kernel = new Psar(step, limit);
    return atWork(1, [kernel], (bar, out) => {
      out[0] = kernel.next(bar);
    });
  },
};

export const kernels: readonly Indicator[] = [sma, ema, rsi, macd, bollinger, atr, adx, stochastic, obv, vwap, rollingVwap, psar];
