/**
 * Oscillators of the closes. ROC = 100 × (close / close `period` bars ago − 1); TRIX = one-bar ROC of a triple EMA; KST
 * (Pring 1992) = Σ weight 1…4 × SMA of four ROCs; stochastic RSI (Chande and Kroll 1994) = where the RSI lies in its own
 * range, 0 to 100, flat (to a billionth of a point) is 50; average gain and loss are the two halves of Wilder's RSI, in the
 * unit of the prices.
 */
import { z } from 'zod';
import { Ema } from '../ema.ts';
import { HighLow } from '../high-low.ts';
import { atWork, bars, type Indicator } from '../indicator.ts';
import { RollingSum } from '../rolling-sum.ts';
import { Rsi } from '../rsi.ts';
import { Scalars } from '../scalars.ts';

/** Percent of change against the value `period` values ago. */
class Change {
  readonly #period: number;
  readonly #values: RollingSum;
  constructor(period: number) {
    this.#period = period;
    this.#values = new RollingSum(period + 1);
  }
  next(value: number): number {
    this.#values.next(value);
    return this.#values.count <= this.#period ? Number.NaN : 100 * (value / this.#values.at(this.#period) - 1);
  }
  save(): unknown {
    return this.#values.save();
  }
  load(state: never): void {
    this.#values.load(state);
  }
}

const roc: Indicator<{ period: number }> = {
  name: 'roc',
  aliases: ['rateOfChange'],
  help: 'Rate of change of the close against the one some bars ago, in percent.',
  params: z.strictObject({ period: bars(10, 'bars between the two closes') }),
  outputs: ['roc'],
  warmUp: ({ period }) => [period + 1],
  make({ period }) {
    const change = new Change(period);
    return atWork(1, [change], (bar, out) => {
      out[0] = change.next(bar.close);
    });
  },
};

const trix: Indicator<{ period: number }> = {
  name: 'trix',
  help: 'One-bar rate of change of a triple exponential average of the closes, in percent.',
  params: z.strictObject({ period: bars(15, 'bars of each average') }),
  outputs: ['trix'],
  warmUp: ({ period }) => [3 * (period - 1) + 2],
  make({ period }) {
    const chain = [new Ema(period), new Ema(period), new Ema(period)];
    const change = new Change(1);
    return atWork(1, [...chain, change], (bar, out) => {
      const smooth = chain.reduce((value, ema) => ema.next(value), bar.close);
      out[0] = Number.isNaN(smooth) ? smooth : change.next(smooth);
    });
  },
};

const KstParams = z.strictObject({
  roc1: bars(10, 'bars of the first rate of change'),
  roc2: bars(15, 'bars of the second'),
  roc3: bars(20, 'bars of the third'),
  roc4: bars(30, 'bars of the fourth'),
  sma1: bars(10, 'values that average the first'),
  sma2: bars(10, 'values that average the second'),
  sma3: bars(10, 'values that average the third'),
  sma4: bars(15, 'values that average the fourth'),
  signal: bars(9, 'values of the signal line'),
});
type KstParams = z.infer<typeof KstParams>;

const spans = (params: KstParams): [number, number][] => [
  [params.roc1, params.sma1],
  [params.roc2, params.sma2],
  [params.roc3, params.sma3],
  [params.roc4, params.sma4],
];

const kst: Indicator<KstParams> = {
  name: 'kst',
  aliases: ['knowSureThing'],
  help: 'Know sure thing: four smoothed rates of change, weighted 1 to 4, and a simple average of the sum.',
  params: KstParams,
  outputs: ['kst', 'signal'],
  warmUp(params) {
    const first = Math.max(...spans(params).map(([change, average]) => change + average));
    return [first, first + params.signal - 1];
  },
  make(params) {
    const lines = spans(params).map(([change, average]) => ({ change: new Change(change), sum: new RollingSum(average), average }));
    const signal = new RollingSum(params.signal);
    return atWork(2, [...lines.flatMap(({ change, sum }) => [change, sum]), signal], (bar, out) => {
      const total = lines.reduce((known, { change, sum, average }, nth) => {
        const value = change.next(bar.close);
        return known + ((nth + 1) * (Number.isNaN(value) ? value : sum.next(value))) / average;
      }, 0);
      out[0] = total;
      out[1] = Number.isNaN(total) ? total : signal.next(total) / params.signal;
    });
  },
};

/** RSIs that are nearer to each other, in points, are one: without a change of the price they differ by their rounding alone. */
const SAME = 1e-9;

const StochasticRsiParams = z.strictObject({
  rsi: bars(14, 'bars of the RSI'),
  period: bars(14, 'values of its range'),
  smoothing: bars(3, 'values that k averages'),
  signal: bars(3, 'values of k that d averages'),
});

const stochasticRsi: Indicator<z.infer<typeof StochasticRsiParams>> = {
  name: 'stochasticRsi',
  aliases: ['stochRsi'],
  help: 'Where the RSI lies in its own range, 0 to 100, raw and smoothed twice; flat is 50.',
  params: StochasticRsiParams,
  outputs: ['raw', 'k', 'd'],
  warmUp({ rsi, period, smoothing, signal }) {
    const raw = rsi + period;
    return [raw, raw + smoothing - 1, raw + smoothing + signal - 2];
  },
  make({ rsi: rsiBars, period, smoothing, signal }) {
    const rsi = new Rsi(rsiBars);
    const range = new HighLow(period);
    const [k, d] = [new RollingSum(smoothing), new RollingSum(signal)];
    return atWork(3, [rsi, range, k, d], (bar, out) => {
      out.fill(Number.NaN);
      const value = rsi.next(bar.close);
      if (Number.isNaN(value)) return;
      range.take({ high: value, low: value });
      if (!range.isFull) return;
      const { highest, lowest } = range;
      out[0] = highest - lowest > SAME ? (100 * (value - lowest)) / (highest - lowest) : 50;
      out[1] = k.next(out[0]) / smoothing;
      if (!Number.isNaN(out[1])) out[2] = d.next(out[1]) / signal;
    });
  },
};

const averageMove = (name: string, sign: 1 | -1): Indicator<{ period: number }> => ({
  name,
  help: `Wilder's average of the ${sign > 0 ? 'rises' : 'falls'} of the close, in the unit of the prices.`,
  params: z.strictObject({ period: bars(14, 'bars of the average') }),
  outputs: [name],
  warmUp: ({ period }) => [period + 1],
  make({ period }) {
    const average = new Ema(period, 1 / period);
    const before = new Scalars(Number.NaN);
    return atWork(1, [average, before], (bar, out) => {
      const move = sign * (bar.close - (before.at[0] as number));
      before.at[0] = bar.close;
      out[0] = average.next(Number.isNaN(move) ? move : Math.max(move, 0));
    });
  },
});

export const momentum: readonly Indicator[] = [
  roc,
  trix,
  kst,
  stochasticRsi,
  averageMove('averageGain', 1),
  averageMove('averageLoss', -1),
];
