/**
 * technicalindicators as a second opinion, value by value, wherever it computes the same thing. It does not in: RSI and MFI, which
 * it rounds to two decimals (the stochastic RSI is built on that); ADX, whose sums it seeds with one bar more; PSAR at its turns; ADL,
 * which it rounds; VWAP, which it never begins anew (one day is compared); candlesticks, Renko and the volume profile.
 */
import * as theirs from 'technicalindicators';
import { describe, expect, test } from 'vitest';
import { findIndicator } from '#server/indicators/registry.ts';
import { centPrices, coinPrices, walkOf } from './series.ts';

const bars = walkOf({ count: 300, seed: 3, unit: 0.01, from: 10_000, step: 12, volumes: 900 });
const high = bars.map((bar) => bar.high);
const low = bars.map((bar) => bar.low);
const close = bars.map((bar) => bar.close);
const volume = bars.map((bar) => bar.volume);
const ranges = { high, low, close };

function ours(name: string, params: object, output: string, of = bars): number[] {
  const indicator = findIndicator(name)!;
  const at = indicator.outputs.indexOf(output);
  const work = indicator.make(indicator.params.parse(params));
  return of.map((bar) => work.next(bar)[at]!);
}

/** Their results begin with the first value, some with objects that have no field yet. */
function same(mine: readonly number[], values: readonly (number | undefined)[], { tolerance = 1e-9, from = 0 } = {}): void {
  const padded = [...Array<undefined>(mine.length - values.length).fill(undefined), ...values];
  const known = padded.filter((value) => value !== undefined);
  expect(known.length).toBeGreaterThan(mine.length / 2);
  const size = Math.max(...known.map(Math.abs));
  mine.forEach((value, nth) => {
    const other = padded[nth];
    if (other === undefined || nth < from) return;
    expect(Math.abs(value - other), `value ${nth}`).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(other), size / 1_000));
  });
}

type Row = Readonly<Record<string, number | undefined>>;
const field = (rows: readonly object[], name: string): (number | undefined)[] => (rows as readonly Row[]).map((row) => row[name]);

const ofCloses = (values: readonly number[]) =>
  values.map((value, nth) => ({ ...bars[0]!, startsAt: bars[0]!.startsAt + nth, close: value })) as typeof bars;

describe.each([
  ['cent prices', centPrices(2_000, 11)],
  ['coin prices', coinPrices(2_000, 12)],
])('%s', (_name, values) => {
  const closes = ofCloses(values);
  test.each([1, 2, 5, 12, 26, 50, 200])('averages of %i', (period) => {
    same(ours('sma', { period }, 'sma', closes), theirs.SMA.calculate({ period, values }));
    same(ours('ema', { period }, 'ema', closes), theirs.EMA.calculate({ period, values }));
    same(ours('wma', { period }, 'wma', closes), theirs.WMA.calculate({ period, values }));
    same(ours('wema', { period }, 'wema', closes), theirs.WEMA.calculate({ period, values }));
  });

  test.each([
    [2, 0.5],
    [20, 2],
    [200, 2.5],
  ])('Bollinger %i, %f', (period, deviations) => {
    const bands = theirs.BollingerBands.calculate({ period, stdDev: deviations, values });
    for (const band of ['middle', 'upper', 'lower']) same(ours('bollinger', { period, deviations }, band, closes), field(bands, band));
    same(ours('standardDeviation', { period }, 'standardDeviation', closes), theirs.SD.calculate({ period, values }), { tolerance: 1e-8 });
  });

  test.each([2, 7, 14, 50])('RSI %i, to the two decimals of theirs', (period) => {
    const mine = ours('rsi', { period }, 'rsi', closes);
    theirs.RSI.calculate({ period, values }).forEach((value, nth) => {
      expect(Math.abs(mine[nth + period]! - value)).toBeLessThanOrEqual(0.005 + 1e-9);
    });
  });
});

test('MACD, with each average seeded from its own first closes', () => {
  const spans = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false };
  const lines = theirs.MACD.calculate({ values: close, ...spans });
  same(ours('macd', {}, 'macd'), field(lines, 'MACD'));
  same(ours('macd', {}, 'signal'), field(lines, 'signal'));
  same(ours('macd', {}, 'histogram'), field(lines, 'histogram'));
});

test('ATR, true range, stochastic, %R, CCI', () => {
  same(ours('atr', {}, 'atr'), theirs.ATR.calculate({ period: 14, ...ranges }));
  same(ours('trueRange', {}, 'trueRange'), theirs.TrueRange.calculate(ranges));
  const lines = theirs.Stochastic.calculate({ period: 14, signalPeriod: 3, ...ranges });
  same(ours('stochastic', { smoothing: 1 }, 'k'), field(lines, 'k'));
  same(ours('stochastic', { smoothing: 1 }, 'd'), field(lines, 'd'));
  same(ours('williamsR', {}, 'williamsR'), theirs.WilliamsR.calculate({ period: 14, ...ranges }));
  same(ours('cci', {}, 'cci'), theirs.CCI.calculate({ period: 20, ...ranges }));
});

test('ADX, once its other seeding has worn off', () => {
  const longer = walkOf({ count: 1_200, seed: 8, unit: 0.01, from: 10_000, step: 12, volumes: 900 });
  const lines = theirs.ADX.calculate({
    period: 14,
    high: longer.map((bar) => bar.high),
    low: longer.map((bar) => bar.low),
    close: longer.map((bar) => bar.close),
  });
  same(ours('adx', {}, 'adx', longer), field(lines, 'adx'), { from: 700 });
  same(ours('adx', {}, 'plusDi', longer), field(lines, 'pdi'), { from: 700 });
  same(ours('adx', {}, 'minusDi', longer), field(lines, 'mdi'), { from: 700 });
});

test('OBV, which theirs begins with nothing, and VWAP of one day', () => {
  const [first] = volume;
  const balances = ours('obv', {}, 'obv').map((value) => value - first!);
  same(balances, theirs.OBV.calculate({ close, volume }));
  same(ours('vwap', {}, 'vwap'), theirs.VWAP.calculate({ ...ranges, volume }));
});

test('ROC, KST, TRIX', () => {
  same(ours('roc', {}, 'roc'), theirs.ROC.calculate({ period: 10, values: close }));
  same(ours('trix', {}, 'trix'), theirs.TRIX.calculate({ period: 15, values: close }));
  const rocs = { ROCPer1: 10, ROCPer2: 15, ROCPer3: 20, ROCPer4: 30 };
  const smas = { SMAROCPer1: 10, SMAROCPer2: 10, SMAROCPer3: 10, SMAROCPer4: 15 };
  const lines = theirs.KST.calculate({ values: close, ...rocs, ...smas, signalPeriod: 9 });
  same(ours('kst', {}, 'kst'), field(lines, 'kst'));
  same(ours('kst', {}, 'signal'), field(lines, 'signal'));
});

test('Ichimoku, Keltner, chandelier exit, highest and lowest', () => {
  const cloud = theirs.IchimokuCloud.calculate({ high, low, conversionPeriod: 9, basePeriod: 26, spanPeriod: 52, displacement: 26 });
  for (const line of ['conversion', 'base', 'spanA', 'spanB']) same(ours('ichimoku', {}, line), field(cloud, line));
  const channels = theirs.KeltnerChannels.calculate({ maPeriod: 20, atrPeriod: 10, useSMA: false, multiplier: 2, ...ranges });
  for (const line of ['middle', 'upper', 'lower']) same(ours('keltner', {}, line), field(channels, line));
  const exits = theirs.ChandelierExit.calculate({ period: 22, multiplier: 3, ...ranges });
  same(ours('chandelierExit', {}, 'long'), field(exits as unknown as object[], 'exitLong'));
  same(ours('chandelierExit', {}, 'short'), field(exits as unknown as object[], 'exitShort'));
  same(ours('highestLowest', {}, 'highest'), theirs.Highest.calculate({ period: 20, values: high }));
  same(ours('highestLowest', {}, 'lowest'), theirs.Lowest.calculate({ period: 20, values: low }));
});

test('awesome oscillator, force index, average gain and loss, Heikin-Ashi', () => {
  same(
    ours('awesomeOscillator', {}, 'awesomeOscillator'),
    theirs.AwesomeOscillator.calculate({ fastPeriod: 5, slowPeriod: 34, high, low }),
  );
  same(ours('forceIndex', {}, 'forceIndex'), theirs.ForceIndex.calculate({ period: 13, close, volume }));
  same(ours('averageGain', {}, 'averageGain'), theirs.AverageGain.calculate({ period: 14, values: close }));
  same(ours('averageLoss', {}, 'averageLoss'), theirs.AverageLoss.calculate({ period: 14, values: close }));
  const open = bars.map((bar) => bar.open);
  const candles = theirs.HeikinAshi.calculate({ open, ...ranges, timestamp: volume, volume }) as unknown as Record<string, number[]>;
  for (const line of ['open', 'high', 'low', 'close']) same(ours('heikinAshi', {}, line), candles[line]!);
});

test('MFI, to the two decimals of theirs', () => {
  const mine = ours('mfi', {}, 'mfi');
  const values = theirs.MFI.calculate({ period: 14, ...ranges, volume });
  values.forEach((value, nth) => {
    expect(Math.abs(mine[nth + mine.length - values.length]! - value)).toBeLessThanOrEqual(0.005 + 1e-9);
  });
});
