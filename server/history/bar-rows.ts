/** Bars of one series as columns that can grow, be cut and be joined: what is read, merged and written. */

/** What a backtest reads. */
export interface PriceRows {
  readonly length: number;
  /** Milliseconds since the epoch, strictly rising. */
  readonly startsAt: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** What is stored. */
export interface BarRows extends PriceRows {
  /** Average price by volume, NaN where the source does not tell it. */
  readonly vwap: Float64Array;
  /** How many trades made the bar, NaN where the source does not tell it. */
  readonly trades: Float64Array;
}

export const ROW_COLUMNS = ['startsAt', 'open', 'high', 'low', 'close', 'volume', 'vwap', 'trades'] as const;
export type RowColumn = (typeof ROW_COLUMNS)[number];

/** Room for so many bars, each column on its own. */
export function makePriceRows(length: number): PriceRows {
  const column = (): Float64Array => new Float64Array(length);
  return { length, startsAt: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

export const makeRows = (length: number): BarRows => ({
  ...makePriceRows(length),
  vwap: new Float64Array(length),
  trades: new Float64Array(length),
});

/** A view of the bars from index `from` to before `to`: nothing is copied. */
export function viewOfPrices({ startsAt, open, high, low, close, volume }: PriceRows, from: number, to: number): PriceRows {
  const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
  return {
    length: to - from,
    startsAt: cut(startsAt),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
  };
}

export const viewOf = (rows: BarRows, from: number, to: number): BarRows => ({
  ...viewOfPrices(rows, from, to),
  vwap: rows.vwap.subarray(from, to),
  trades: rows.trades.subarray(from, to),
});

export function joinRows(parts: readonly BarRows[]): BarRows {
  const joined = makeRows(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const name of ROW_COLUMNS) joined[name].set(part[name].subarray(0, part.length), at);
    at += part.length;
  }
  return joined;
}

export function copyRow(from: BarRows, index: number, to: BarRows, at: number): void {
  for (const name of ROW_COLUMNS) to[name][at] = from[name][index] as number;
}

/** Index of the first bar that begins at `at` or later. */
export function firstFrom({ startsAt, length }: Pick<PriceRows, 'startsAt' | 'length'>, at: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((startsAt[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const firstOf = (rows: PriceRows): number => rows.startsAt[0] as number;
export const lastOf = (rows: PriceRows): number => rows.startsAt[rows.length - 1] as number;
