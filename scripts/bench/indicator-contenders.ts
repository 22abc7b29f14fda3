/** Who streams the eleven indicators: the hand-written limit, our kernels, and the packages, each bar by bar where it can. */
import { Adx } from '#server/indicators/adx.ts';
import { Atr } from '#server/indicators/atr.ts';
import { Bollinger } from '#server/indicators/bollinger.ts';
import { Ema } from '#server/indicators/ema.ts';
import { Macd } from '#server/indicators/macd.ts';
import { Obv } from '#server/indicators/obv.ts';
import { Psar } from '#server/indicators/psar.ts';
import { RollingVwap } from '#server/indicators/rolling-vwap.ts';
import { Rsi } from '#server/indicators/rsi.ts';
import { Sma } from '#server/indicators/sma.ts';
import { Stochastic } from '#server/indicators/stochastic.ts';
import type { Candle } from '#server/indicators/usable.ts';
import { SessionVwap } from '#server/indicators/vwap.ts';
import { type Fold, type Kernel, lines, references } from './indicator-references.ts';

/** Not the import itself, which V8 reads anew each time. */
const out = lines;

type Makers = Readonly<Partial<Record<Kernel, () => Fold>>>;

const ofClose = (kernel: { next(close: number): number }): Fold => {
  return ({ close }) => {
    out[0] = kernel.next(close);
  };
};

const ofBar = (kernel: { next(bar: Candle): number }): Fold => {
  return (bar) => {
    out[0] = kernel.next(bar);
  };
};

const ofAdx = (kernel: Adx): Fold => {
  return (bar) => {
    out[0] = kernel.next(bar);
    out[1] = kernel.plusDi;
    out[2] = kernel.minusDi;
  };
};

const ofMacd = (kernel: Macd): Fold => {
  return (bar) => {
    const { macd, signal, histogram } = kernel.next(bar.close);
    out[0] = macd;
    out[1] = signal;
    out[2] = histogram;
  };
};

const ofBollinger = (kernel: Bollinger): Fold => {
  return (bar) => {
    const { middle, upper, lower } = kernel.next(bar.close);
    out[0] = middle;
    out[1] = upper;
    out[2] = lower;
  };
};

const ofStochastic = (kernel: Stochastic): Fold => {
  return (bar) => {
    const { k, d } = kernel.next(bar);
    out[0] = k;
    out[1] = d;
  };
};

export const ours: Makers = {
  sma: () => ofClose(new Sma(20)),
  ema: () => ofClose(new Ema(20)),
  rsi: () => ofClose(new Rsi(14)),
  macd: () => ofMacd(new Macd({ fast: 12, slow: 26, signal: 9, aligned: false })),
  bollinger: () => ofBollinger(new Bollinger(20, 2)),
  atr: () => ofBar(new Atr(14)),
  adx: () => ofAdx(new Adx(14)),
  stochastic: () => ofStochastic(new Stochastic({ period: 14, smoothing: 3, signal: 3 })),
  obv: () => ofBar(new Obv()),
  vwap: () => ofBar(new SessionVwap('utc')),
  psar: () => ofBar(new Psar(0.02, 0.2)),
};

export const WINDOWS = [10, 100, 1_000, 10_000] as const;

/** The kernels that look back over a window, at any length of it. */
export const windows = {
  sma: (period: number) => ofClose(new Sma(period)),
  bollinger: (period: number) => ofBollinger(new Bollinger(period, 2)),
  stochastic: (period: number) => ofStochastic(new Stochastic({ period, smoothing: 3, signal: 3 })),
  rollingVwap: (period: number) => ofBar(new RollingVwap(period)),
} as const;

async function technicalIndicators(): Promise<Makers> {
  const ti = await import('technicalindicators');
  const values: number[] = [];
  const range = { high: [], low: [], close: [] as number[] };
  const streamed = (one: unknown, value: (bar: Candle) => unknown = (bar) => bar): Fold => {
    const work = one as { nextValue(input: unknown): unknown };
    return (bar) => {
      work.nextValue(value(bar));
    };
  };
  const close = (bar: Candle): number => bar.close;
  return {
    sma: () => streamed(new ti.SMA({ period: 20, values }), close),
    ema: () => streamed(new ti.EMA({ period: 20, values }), close),
    rsi: () => streamed(new ti.RSI({ period: 14, values }), close),
    macd: () => {
      const periods = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 };
      return streamed(new ti.MACD({ values, ...periods, SimpleMAOscillator: false, SimpleMASignal: false }), close);
    },
    bollinger: () => streamed(new ti.BollingerBands({ period: 20, stdDev: 2, values }), close),
    atr: () => streamed(new ti.ATR({ period: 14, ...range })),
    adx: () => streamed(new ti.ADX({ period: 14, ...range })),
    stochastic: () => streamed(new ti.Stochastic({ period: 14, signalPeriod: 3, ...range })),
    obv: () => streamed(new ti.OBV({ close: [], volume: [] })),
    vwap: () => streamed(new ti.VWAP({ ...range, volume: [] })),
    psar: () => streamed(new ti.PSAR({ step: 0.02, max: 0.2, high: [], low: [] })),
  };
}

async function tradingSignals(): Promise<Makers> {
  const ts = await import('trading-signals');
  const streamed = (one: unknown, value: (bar: Candle) => unknown = (bar) => bar): Fold => {
    const work = one as { add(input: unknown): unknown };
    return (bar) => {
      work.add(value(bar));
    };
  };
  const close = (bar: Candle): number => bar.close;
  return {
    sma: () => streamed(new ts.SMA(20), close),
    ema: () => streamed(new ts.EMA(20), close),
    rsi: () => streamed(new ts.RSI(14), close),
    macd: () => streamed(new ts.MACD(new ts.EMA(12), new ts.EMA(26), new ts.EMA(9)), close),
    bollinger: () => streamed(new ts.BollingerBands(20, 2), close),
    atr: () => streamed(new ts.ATR(14)),
    adx: () => streamed(new ts.ADX(14)),
    stochastic: () => streamed(new ts.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 })),
    obv: () => streamed(new ts.OBV(5)),
    vwap: () => streamed(new ts.VWAP()),
    psar: () => streamed(new ts.PSAR({ accelerationStep: 0.02, accelerationMax: 0.2 })),
  };
}

/** The bars that MACD needs for its first signal are the most that any needs; averages that go on for ever are off by that. */
const LOOKED_BACK = 35;

/** It knows only whole columns: bar by bar it has to be asked for the last bars anew. It has no ADX. */
async function indicatorTs(): Promise<Makers> {
  const { columnsOf, theirs } = await import('./indicator-columns.ts');
  const streamed = (compute: (columns: ReturnType<typeof columnsOf>) => unknown): Fold => {
    const columns = columnsOf([]);
    const { high, low, close, volume } = columns;
    return (bar) => {
      if (close.length === LOOKED_BACK) for (const column of [high, low, close, volume]) column.shift();
      high.push(bar.high);
      low.push(bar.low);
      close.push(bar.close);
      volume.push(bar.volume);
      compute(columns);
    };
  };
  return Object.fromEntries(Object.entries(theirs).map(([kernel, compute]) => [kernel, () => streamed(compute)]));
}

export const CONTENDERS = ['handWritten', 'insydetradar', 'technicalindicators', 'trading-signals', 'indicatorts'] as const;

export type Contender = (typeof CONTENDERS)[number];

export async function makersOf(contender: Contender): Promise<Makers> {
  switch (contender) {
    case 'handWritten':
      return references;
    case 'insydetradar':
      return ours;
    case 'technicalindicators':
      return await technicalIndicators();
    case 'trading-signals':
      return await tradingSignals();
    case 'indicatorts':
      return await indicatorTs();
    default:
      return contender satisfies never;
  }
}
