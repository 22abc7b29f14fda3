/** Every indicator against series that TA-Lib and R's TTR computed from the same bars, to a billionth of the value. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Instant } from '#server/domain/time.ts';
import { findIndicator } from '#server/indicators/registry.ts';
import type { Candle } from '#server/indicators/usable.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/oracles/indicators/computed');
const isThere = existsSync(FOLDER);
const REASON = '../shared/oracles is not beside this checkout: indicators are NOT compared with TA-Lib and TTR';
if (!isThere) console.warn(REASON);

/** Column of the oracle: indicator, parameters, output, and what theirs is of ours. */
type Column = readonly [indicator: string, params: object, output: string, scale?: number];

const common: Readonly<Record<string, Column>> = {
  ...Object.fromEntries([5, 10, 20, 50, 200].map((period) => [`SMA_${period}`, ['sma', { period }, 'sma'] as const])),
  ...Object.fromEntries([10, 12, 20, 26, 50, 200].map((period) => [`EMA_${period}`, ['ema', { period }, 'ema'] as const])),
  WMA_20: ['wma', { period: 20 }, 'wma'],
  DEMA_20: ['dema', { period: 20 }, 'dema'],
  TEMA_20: ['tema', { period: 20 }, 'tema'],
  WILDERS_14: ['wema', { period: 14 }, 'wema'],
  RSI_2: ['rsi', { period: 2 }, 'rsi'],
  RSI_14: ['rsi', { period: 14 }, 'rsi'],
  BBu_20_2: ['bollinger', {}, 'upper'],
  BBm_20_2: ['bollinger', {}, 'middle'],
  BBl_20_2: ['bollinger', {}, 'lower'],
  TRANGE: ['trueRange', {}, 'trueRange'],
  ATR_14: ['atr', {}, 'atr'],
  ADX_14: ['adx', {}, 'adx'],
  PLUS_DI_14: ['adx', {}, 'plusDi'],
  MINUS_DI_14: ['adx', {}, 'minusDi'],
  STOCHk_14_3_3: ['stochastic', {}, 'k'],
  STOCHd_14_3_3: ['stochastic', {}, 'd'],
  STOCHFk_14_3: ['stochastic', { smoothing: 1 }, 'k'],
  STOCHFd_14_3: ['stochastic', { smoothing: 1 }, 'd'],
  STOCHRSIk_14_14_3: ['stochasticRsi', { smoothing: 1 }, 'k'],
  STOCHRSId_14_14_3: ['stochasticRsi', { smoothing: 1 }, 'd'],
  CCI_20: ['cci', {}, 'cci'],
  WILLR_14: ['williamsR', {}, 'williamsR'],
  OBV: ['obv', {}, 'obv'],
  AD: ['adl', {}, 'adl'],
  ROC_10: ['roc', {}, 'roc'],
  TRIX_15: ['trix', {}, 'trix'],
  MAXhigh_20: ['highestLowest', {}, 'highest'],
  MINlow_20: ['highestLowest', {}, 'lowest'],
  TYPPRICE: ['typicalPrice', {}, 'typicalPrice'],
};

/** Where the two differ, each seeding of ours is held against the library that shares it. */
const ORACLES: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  talib: {
    ...common,
    // TTR counts a typical price that stays the same, as nobody else does.
    MFI_14: ['mfi', {}, 'mfi'],
    'SAR_0.02_0.2': ['psar', {}, 'psar'],
    MACD_12_26_9: ['macd', { seeding: 'aligned' }, 'macd'],
    MACDsignal_12_26_9: ['macd', { seeding: 'aligned' }, 'signal'],
    MACDhist_12_26_9: ['macd', { seeding: 'aligned' }, 'histogram'],
  },
  ttr: {
    ...common,
    MACD_12_26_9: ['macd', {}, 'macd'],
    MACDsignal_12_26_9: ['macd', {}, 'signal'],
    MACDhist_12_26_9: ['macd', {}, 'histogram'],
    // Of a sample; TA-Lib's own cancels to 1e-8.
    STDDEVsample_20: ['standardDeviation', {}, 'standardDeviation', Math.sqrt(20 / 19)],
    DCh_20: ['highestLowest', {}, 'highest'],
    DCmid_20: ['highestLowest', {}, 'middle'],
  },
};

function readTable(file: string): { header: string[]; rows: string[][] } {
  const lines = gunzipSync(readFileSync(join(FOLDER, file)))
    .toString()
    .trimEnd()
    .split('\n');
  const [header = [], ...rows] = lines.map((line) => line.split(','));
  return { header, rows };
}

const candles = (set: string): Candle[] =>
  readTable(`${set}.input.csv.gz`).rows.map(([stamp = '', ...numbers]) => {
    const [open, high, low, close, volume] = numbers.map(Number) as [number, number, number, number, number];
    return { startsAt: Date.parse(stamp) as Instant, open, high, low, close, volume };
  });

function column(bars: readonly Candle[], [name, params, output, scale = 1]: Column): number[] {
  const indicator = findIndicator(name)!;
  const at = indicator.outputs.indexOf(output);
  const work = indicator.make(indicator.params.parse(params));
  return bars.map((bar) => scale * (work.next(bar)[at] as number));
}

/** The largest difference as a share of the value; what is below a thousandth of the series' size counts as that: there all cancel. */
function worst(ours: readonly number[], theirs: readonly string[]): { share: number; compared: number; absent: number } {
  const given = theirs.map((cell) => (cell === '' || cell === 'NA' ? Number.NaN : Number(cell)));
  const size = Math.max(...given.filter(Number.isFinite).map(Math.abs));
  let [share, compared, absent] = [0, 0, 0];
  given.forEach((value, nth) => {
    if (Number.isNaN(value)) return;
    compared++;
    const mine = ours[nth] as number;
    if (Number.isNaN(mine)) absent++;
    else share = Math.max(share, Math.abs(mine - value) / Math.max(Math.abs(value), size * 1e-3));
  });
  return { share, compared, absent };
}

const sets = isThere ? readdirSync(FOLDER).flatMap((file) => /^(.*)\.input\.csv\.gz$/.exec(file)?.[1] ?? []) : [];

describe.skipIf(!isThere)('the computed oracles', () => {
  test.each(sets.flatMap((set) => Object.keys(ORACLES).map((library) => [set, library] as const)))('%s, %s', (set, library) => {
    const bars = candles(set);
    const { header, rows } = readTable(`${set}.${library}.csv.gz`);
    const faults: string[] = [];
    for (const [name, mapped] of Object.entries(ORACLES[library]!)) {
      const at = header.indexOf(name);
      if (at < 0) continue;
      const cells = rows.map((row) => row[at] ?? '');
      if (cells.every((cell) => cell === '' || cell === 'NA')) continue;
      const { share, compared, absent } = worst(column(bars, mapped), cells);
      if (share > 1e-9 || absent > 0 || compared < rows.length / 2) faults.push(`${name}: ${share} over ${compared}, ${absent} absent`);
    }
    expect(faults).toEqual([]);
  });
});
