/** Columns of decimals, one cell a bar, empty before the warm-up; every average is computed anew from its definition. */
import type { Candle } from '#server/indicators/usable.ts';
import { type Decimal, decimal, largest, mean, ONE, over, smallest, times } from './decimal.ts';

export type Column = readonly (Decimal | undefined)[];

export interface Sheet {
  readonly open: readonly Decimal[];
  readonly high: readonly Decimal[];
  readonly low: readonly Decimal[];
  readonly close: readonly Decimal[];
  readonly volume: readonly Decimal[];
}

export function sheetOf(bars: readonly Candle[]): Sheet {
  const column = (field: 'open' | 'high' | 'low' | 'close' | 'volume'): Decimal[] => bars.map((bar) => decimal(bar[field]));
  return { open: column('open'), high: column('high'), low: column('low'), close: column('close'), volume: column('volume') };
}

/** A value of the last `size` cells, where all of them are there. */
export const rolling = (column: Column, size: number, value: (cells: readonly Decimal[], nth: number) => Decimal): Column =>
  column.map((_, nth) => {
    const cells = nth + 1 < size ? [] : column.slice(nth + 1 - size, nth + 1);
    return cells.length === 0 || cells.includes(undefined) ? undefined : value(cells as Decimal[], nth);
  });

export const sma = (column: Column, size: number): Column => rolling(column, size, mean);
export const highest = (column: Column, size: number): Column => rolling(column, size, largest);
export const lowest = (column: Column, size: number): Column => rolling(column, size, smallest);

/** Cell by cell, where all columns have one. */
export const combined = (columns: readonly Column[], value: (...cells: Decimal[]) => Decimal): Column =>
  (columns[0] ?? []).map((_, nth) => {
    const cells = columns.map((column) => column[nth]);
    return cells.includes(undefined) ? undefined : value(...(cells as Decimal[]));
  });

/** Seeded with the mean of the first `size` cells; the new value weighs `weight` = numerator / denominator. */
export function smoothed(column: Column, size: number, [numerator, denominator]: readonly [number, number] = [2, size + 1]): Column {
  const first = column.findIndex((cell) => cell !== undefined);
  let average: Decimal | undefined;
  return column.map((cell, nth) => {
    if (cell === undefined || nth + 1 < first + size) return undefined;
    if (nth + 1 === first + size) average = mean(column.slice(first, nth + 1) as Decimal[]);
    else if (average !== undefined) {
      average = (average * BigInt(denominator - numerator) + cell * BigInt(numerator)) / BigInt(denominator);
    }
    return average;
  });
}

/** Wilder's average. */
export const wilder = (column: Column, size: number): Column => smoothed(column, size, [1, size]);

/** Of each cell to the one before. */
export const changes = (column: Column): Column =>
  column.map((cell, nth) => {
    const before = column[nth - 1];
    return cell === undefined || before === undefined ? undefined : cell - before;
  });

/** Percent of change against the cell `size` before. */
export const percent = (column: Column, size: number): Column =>
  column.map((cell, nth) => {
    const before = column[nth - size];
    return cell === undefined || before === undefined ? undefined : 100n * (over(cell, before) - ONE);
  });

export const plus = (one: Column, other: Column): Column => combined([one, other], (a, b) => a + b);
export const minus = (one: Column, other: Column): Column => combined([one, other], (a, b) => a - b);
export const scaled = (column: Column, factor: number): Column => combined([column], (cell) => times(cell, decimal(factor)));
export const positive = (column: Column): Column => combined([column], (cell) => (cell > 0n ? cell : 0n));
export const negated = (column: Column): Column => combined([column], (cell) => -cell);
