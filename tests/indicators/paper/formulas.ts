/**
 * Every indicator with a formula, straight from its definition (the words are those of docs/indicators.md), over whole columns:
 * nothing is carried from bar to bar but what the definition carries. Written without a look at the kernels.
 */
import {
  type Column,
  changes,
  combined,
  highest,
  lowest,
  minus,
  negated,
  percent,
  plus,
  positive,
  rolling,
  type Sheet,
  scaled,
  sma,
  smoothed,
  wilder,
} from './columns.ts';
import { absolute, type Decimal, decimal, largest, mean, ONE, over, root, smallest, times, total } from './decimal.ts';
import { directional } from './directional.ts';
import { stopAndReverse } from './stop-and-reverse.ts';

type Params = Readonly<Record<string, number>>;

/** The columns of an indicator's outputs, in their order. */
export type Formula = (sheet: Sheet, params: Params) => readonly Column[];

const HUNDRED = 100n * ONE;
const of = (params: Params, name: string): number => params[name] as number;

const typical = ({ high, low, close }: Sheet): Column => combined([high, low, close], (...three) => mean(three));
const median = ({ high, low }: Sheet): Column => combined([high, low], (...two) => mean(two));

const trueRange = ({ high, low, close }: Sheet): Column =>
  high.map((top, nth) => {
    const before = close[nth - 1];
    const bottom = low[nth] as Decimal;
    return before === undefined ? undefined : largest([top - bottom, absolute(top - before), absolute(bottom - before)]);
  });

const atr = (sheet: Sheet, period: number): Column => wilder(trueRange(sheet), period);

const rises = (column: Column): Column => positive(changes(column));
const falls = (column: Column): Column => positive(negated(changes(column)));

const rsi = (column: Column, period: number): Column =>
  combined([wilder(rises(column), period), wilder(falls(column), period)], (gain, loss) =>
    gain + loss === 0n ? 50n * ONE : HUNDRED - (loss === 0n ? 0n : over(HUNDRED, ONE + over(gain, loss))),
  );

/** Where a cell lies between two others, in percent; flat is the middle. */
const placed = (column: Column, bottom: Column, top: Column, flat = 0): Column =>
  combined([column, bottom, top], (cell, low, high) => (high - low <= decimal(flat) ? 50n * ONE : over(100n * (cell - low), high - low)));

const deviation = (column: Column, period: number): Column =>
  rolling(column, period, (cells) => root(mean(cells.map((cell) => times(cell - mean(cells), cell - mean(cells))))));

const chain = (column: Column, period: number, times_: number): Column =>
  times_ === 0 ? column : smoothed(chain(column, period, times_ - 1), period);

const money = (sheet: Sheet): Column => combined([typical(sheet), sheet.volume], times);

/** Running from the first cell on. */
function accumulated(column: Column): Column {
  let sum = 0n;
  return column.map((cell) => {
    sum += cell ?? 0n;
    return sum;
  });
}

const weighted = (period: number) => (cells: readonly Decimal[]) =>
  total(cells.map((cell, nth) => cell * BigInt(nth + 1))) / BigInt((period * (period + 1)) / 2);

const around = (middle: Column, width: Column): readonly Column[] => [middle, plus(middle, width), minus(middle, width)];

const middleOf = (sheet: Sheet, size: number): Column =>
  combined([highest(sheet.high, size), lowest(sheet.low, size)], (a, b) => (a + b) / 2n);

const oscillating = (raw: Column, params: Params): readonly Column[] => {
  const k = sma(raw, of(params, 'smoothing'));
  return [k, sma(k, of(params, 'signal'))];
};

const kst: Formula = ({ close }, params) => {
  const line = [1, 2, 3, 4]
    .map((nth) => scaled(sma(percent(close, of(params, `roc${nth}`)), of(params, `sma${nth}`)), nth))
    .reduce((sum, one) => plus(sum, one));
  return [line, sma(line, of(params, 'signal'))];
};

const moneyFlow: Formula = (sheet, { period = 0 }) => {
  const change = changes(typical(sheet));
  const flow = (sign: 1n | -1n): Column => combined([change, money(sheet)], (move, size) => (move * sign > 0n ? size : 0n));
  const sum = (column: Column): Column => rolling(column, period, total);
  return [combined([sum(flow(1n)), sum(flow(-1n))], (up, down) => (up + down === 0n ? 50n * ONE : over(100n * up, up + down)))];
};

const commodityChannel: Formula = (sheet, { period = 0 }) => [
  rolling(typical(sheet), period, (cells) => {
    const deviation_ = mean(cells.map((cell) => absolute(cell - mean(cells))));
    return deviation_ === 0n ? 0n : over((cells.at(-1) as Decimal) - mean(cells), times(decimal(0.015), deviation_));
  }),
];

const chandelier: Formula = (sheet, { period = 0, multiplier = 0 }) => {
  const room = scaled(atr(sheet, period), multiplier);
  return [minus(highest(sheet.high, period), room), plus(lowest(sheet.low, period), room)];
};

const onBalance: Formula = ({ close, volume }) => [
  accumulated(
    volume.map((size, nth) => {
      const [now, before] = [close[nth] as Decimal, close[nth - 1]];
      if (before === undefined || now > before) return size;
      return now < before ? -size : 0n;
    }),
  ),
];

const accumulation: Formula = ({ high, low, close, volume }) => [
  accumulated(
    combined([high, low, close, volume], (top, bottom, last, size) =>
      top === bottom ? 0n : over(times(size, last - bottom - (top - last)), top - bottom),
    ),
  ),
];

const rollingVwap: Formula = (sheet, { period = 0 }) => [
  rolling(money(sheet), period, (cells, nth) => {
    const traded = total(sheet.volume.slice(nth + 1 - period, nth + 1));
    return traded === 0n ? (typical(sheet)[nth] as Decimal) : over(total(cells), traded);
  }),
];

const heikinAshi: Formula = ({ open, high, low, close }) => {
  const closes = combined([open, high, low, close], (...four) => mean(four));
  const opens: Decimal[] = [];
  closes.forEach((_, nth) => {
    const pair = nth === 0 ? [open[0], close[0]] : [opens[nth - 1], closes[nth - 1]];
    opens.push(mean(pair as Decimal[]));
  });
  return [
    opens,
    combined([high, opens, closes], (...three) => largest(three)),
    combined([low, opens, closes], (...three) => smallest(three)),
    closes,
  ];
};

export const FORMULAS: Readonly<Record<string, Formula>> = {
  sma: ({ close }, { period = 0 }) => [sma(close, period)],
  ema: ({ close }, { period = 0 }) => [smoothed(close, period)],
  rsi: ({ close }, { period = 0 }) => [rsi(close, period)],
  macd: ({ close }, { fast = 0, slow = 0, signal = 0 }) => {
    const line = minus(smoothed(close, fast), smoothed(close, slow));
    return [line, smoothed(line, signal), minus(line, smoothed(line, signal))];
  },
  bollinger: ({ close }, { period = 0, deviations = 0 }) => around(sma(close, period), scaled(deviation(close, period), deviations)),
  atr: (sheet, { period = 0 }) => [atr(sheet, period)],
  adx: (sheet, { period = 0 }) => directional(sheet, trueRange(sheet), period),
  stochastic: (sheet, params) =>
    oscillating(placed(sheet.close, lowest(sheet.low, of(params, 'period')), highest(sheet.high, of(params, 'period'))), params),
  obv: onBalance,
  rollingVwap,
  psar: ({ high, low }, { step = 0, limit = 0 }) => [stopAndReverse(high, low, decimal(step), decimal(limit))],
  wma: ({ close }, { period = 0 }) => [rolling(close, period, weighted(period))],
  wema: ({ close }, { period = 0 }) => [wilder(close, period)],
  dema: ({ close }, { period = 0 }) => [minus(scaled(chain(close, period, 1), 2), chain(close, period, 2))],
  tema: ({ close }, { period = 0 }) => [
    plus(minus(scaled(chain(close, period, 1), 3), scaled(chain(close, period, 2), 3)), chain(close, period, 3)),
  ],
  standardDeviation: ({ close }, { period = 0 }) => [deviation(close, period)],
  roc: ({ close }, { period = 0 }) => [percent(close, period)],
  trix: ({ close }, { period = 0 }) => [percent(chain(close, period, 3), 1)],
  kst,
  stochasticRsi: ({ close }, params) => {
    const line = rsi(close, of(params, 'rsi'));
    const raw = placed(line, lowest(line, of(params, 'period')), highest(line, of(params, 'period')), 1e-9);
    return [raw, ...oscillating(raw, params)];
  },
  averageGain: ({ close }, { period = 0 }) => [wilder(rises(close), period)],
  averageLoss: ({ close }, { period = 0 }) => [wilder(falls(close), period)],
  cci: commodityChannel,
  williamsR: ({ high, low, close }, { period = 0 }) => [
    combined([placed(close, lowest(low, period), highest(high, period))], (place) => place - HUNDRED),
  ],
  highestLowest: (sheet, { period = 0 }) => [highest(sheet.high, period), lowest(sheet.low, period), middleOf(sheet, period)],
  ichimoku: (sheet, { conversion = 0, base = 0, span = 0 }) => {
    const [first, second] = [middleOf(sheet, conversion), middleOf(sheet, base)];
    return [first, second, combined([first, second], (...two) => mean(two)), middleOf(sheet, span)];
  },
  trueRange: (sheet) => [trueRange(sheet)],
  typicalPrice: (sheet) => [typical(sheet)],
  medianPrice: (sheet) => [median(sheet)],
  awesomeOscillator: (sheet, { fast = 0, slow = 0 }) => [minus(sma(median(sheet), fast), sma(median(sheet), slow))],
  keltner: (sheet, { period = 0, atrPeriod = 0, multiplier = 0 }) =>
    around(smoothed(sheet.close, period), scaled(atr(sheet, atrPeriod), multiplier)),
  chandelierExit: chandelier,
  adl: accumulation,
  forceIndex: ({ close, volume }, { period = 0 }) => [smoothed(combined([changes(close), volume], times), period)],
  mfi: moneyFlow,
  heikinAshi,
};
