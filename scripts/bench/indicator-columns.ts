/**
 * Whole columns at a time, which is all that indicatorts does (its VWAP is one of the last 20 bars, and it has no ADX): it makes an
 * array for each line, and so do our kernels, fed value by value.
 */
import * as its from 'indicatorts';
import type { Bar } from '#server/domain/bar.ts';
import type { Instant } from '#server/domain/time.ts';
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
import type { Kernel } from './indicator-references.ts';

type Columns = Readonly<Record<'high' | 'low' | 'close' | 'volume', number[]>>;

export const columnsOf = (bars: readonly Bar[]): Columns => ({
  high: bars.map((bar) => bar.high),
  low: bars.map((bar) => bar.low),
  close: bars.map((bar) => bar.close),
  volume: bars.map((bar) => bar.volume),
});

export const theirs: Readonly<Partial<Record<Kernel, (columns: Columns) => unknown>>> = {
  sma: ({ close }) => its.sma(close, { period: 20 }),
  ema: ({ close }) => its.ema(close, { period: 20 }),
  rsi: ({ close }) => its.rsi(close, { period: 14 }),
  macd: ({ close }) => its.macd(close, { fast: 12, slow: 26, signal: 9 }),
  bollinger: ({ close }) => its.bollingerBands(close, { period: 20 }),
  atr: ({ high, low, close }) => its.atr(high, low, close, { period: 14 }),
  stochastic: ({ high, low, close }) => its.stoch(high, low, close, { kPeriod: 14, dPeriod: 3 }),
  obv: ({ close, volume }) => its.obv(close, volume),
  vwap: ({ close, volume }) => its.vwap(close, volume, { period: 20 }),
  psar: ({ high, low, close }) => its.psar(high, low, close, { step: 0.02, max: 0.2 }),
};

/** None of these looks at the time. */
const NOW = 0.5 as Instant;

type Compute = (columns: Columns) => unknown;

const sma: Compute = ({ close: closes }) => {
  const line = new Float64Array(closes.length);
  const kernel = new Sma(20);
  for (let nth = 0; nth < line.length; nth++) line[nth] = kernel.next(closes[nth] as number);
  return line;
};

const ema: Compute = ({ close: closes }) => {
  const line = new Float64Array(closes.length);
  const kernel = new Ema(20);
  for (let nth = 0; nth < line.length; nth++) line[nth] = kernel.next(closes[nth] as number);
  return line;
};

const rsi: Compute = ({ close: closes }) => {
  const line = new Float64Array(closes.length);
  const kernel = new Rsi(14);
  for (let nth = 0; nth < line.length; nth++) line[nth] = kernel.next(closes[nth] as number);
  return line;
};

const macd: Compute = ({ close: closes }) => {
  const line = new Float64Array(closes.length);
  const signal = new Float64Array(closes.length);
  const kernel = new Macd({ fast: 12, slow: 26, signal: 9, aligned: false });
  for (let nth = 0; nth < closes.length; nth++) {
    const now = kernel.next(closes[nth] as number);
    line[nth] = now.macd;
    signal[nth] = now.signal;
  }
  return [line, signal];
};

const bollinger: Compute = ({ close: closes }) => {
  const middle = new Float64Array(closes.length);
  const upper = new Float64Array(closes.length);
  const lower = new Float64Array(closes.length);
  const kernel = new Bollinger(20, 2);
  for (let nth = 0; nth < closes.length; nth++) {
    const bands = kernel.next(closes[nth] as number);
    middle[nth] = bands.middle;
    upper[nth] = bands.upper;
    lower[nth] = bands.lower;
  }
  return [middle, upper, lower];
};

const ofBars =
  (begin: () => { next(bar: Candle): number }): Compute =>
  ({ high: highs, low: lows, close: closes, volume: volumes }) => {
    const line = new Float64Array(closes.length);
    const kernel = begin();
    for (let nth = 0; nth < line.length; nth++) {
      const high = highs[nth] as number;
      const low = lows[nth] as number;
      const close = closes[nth] as number;
      line[nth] = kernel.next({ startsAt: NOW, open: close, high, low, close, volume: volumes[nth] as number });
    }
    return line;
  };

const stochastic: Compute = ({ high: highs, low: lows, close: closes }) => {
  const k = new Float64Array(closes.length);
  const d = new Float64Array(closes.length);
  const kernel = new Stochastic({ period: 14, smoothing: 1, signal: 3 });
  for (let nth = 0; nth < k.length; nth++) {
    const high = highs[nth] as number;
    const low = lows[nth] as number;
    const close = closes[nth] as number;
    const now = kernel.next({ startsAt: NOW, open: close, high, low, close, volume: 0.5 });
    k[nth] = now.k;
    d[nth] = now.d;
  }
  return [k, d];
};

export const ours: Readonly<Partial<Record<Kernel, Compute>>> = {
  sma,
  ema,
  rsi,
  macd,
  bollinger,
  atr: ofBars(() => new Atr(14)),
  stochastic,
  obv: ofBars(() => new Obv()),
  vwap: ofBars(() => new RollingVwap(20)),
  psar: ofBars(() => new Psar(0.02, 0.2)),
};
