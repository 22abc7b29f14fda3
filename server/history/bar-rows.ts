/** Bars of one series as columns that can grow, be cut and be joined: what is read, merged and written. */
import type { BarRows, FullBarRows } from '#server/domain/bar-blocks.ts';

export const ROW_COLUMNS = ['startsAt', 'open', 'high', 'low', 'close', 'volume', 'vwap', 'trades'] as const;
export type RowColumn = (typeof ROW_COLUMNS)[number];

/** Room for so many bars, each column on its own. */
export function makePriceRows(length: number): BarRows {
  const column = (): Float64Array => new Float64Array(length);
  return { length, startsAt: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

export const makeRows = (length: number): FullBarRows => ({
  ...makePriceRows(length),
  vwap: new Float64Array(length),
  trades: new Float64Array(length),
});

/** A view of the bars from index `from` to before `to`: nothing is copied. */
export function viewOfPrices({ startsAt, open, high, low, close, volume }: BarRows, from: number, to: number): BarRows {
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

export const viewOf = (rows: FullBarRows, from: number, to: number): FullBarRows => ({
  ...viewOfPrices(rows, from, to),
  vwap: rows.vwap.subarray(from, to),
  trades: rows.trades.subarray(from, to),
});

export function joinRows(parts: readonly FullBarRows[]): FullBarRows {
  const joined = makeRows(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const name of ROW_COLUMNS) joined[name].set(part[name].subarray(0, part.length), at);
    at += part.length;
  }
  return joined;
}

export function copyRow(from: FullBarRows, index: number, to: FullBarRows, at: number): void {
  for (const name of ROW_COLUMNS) to[name][at] = from[name][index] as number;
}

/** Index of the first bar that begins at `at` or later. */
export function firstFrom({ startsAt, length }: Pick<BarRows, 'startsAt' | 'length'>, at: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((startsAt[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const firstOf = (rows: BarRows): number => rows.startsAt[0] as number;
export const lastOf = (rows: BarRows): number => rows.startsAt[rows.length - 1] as number;
