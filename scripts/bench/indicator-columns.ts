/** What indicatorts computes: whole columns at a time, it has no way to take one bar. It has no ADX, and its VWAP is a rolling one. */
import * as its from 'indicatorts';
import type { Bar } from '#server/domain/bar.ts';
import type { Kernel } from './indicator-references.ts';

type Columns = Readonly<Record<'high' | 'low' | 'close' | 'volume', number[]>>;

export const columnsOf = (bars: readonly Bar[]): Columns => ({
  high: bars.map((bar) => bar.high),
  low: bars.map((bar) => bar.low),
  close: bars.map((bar) => bar.close),
  volume: bars.map((bar) => bar.volume),
});

export const columnwise: Readonly<Partial<Record<Kernel, (columns: Columns) => unknown>>> = {
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
