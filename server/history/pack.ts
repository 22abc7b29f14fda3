/**
 * Columns as few bytes, bit for bit. Prices that are decimals of up to nine places become whole numbers, and of those only
 * what differs from what was to be expected is kept: open from the close before, close from the open, high and low from
 * the body. A column that is no such decimal stays Float64. Numbers divided by a power of ten are the very numbers that
 * the decimal text was read as, so nothing is lost.
 */
import type { BarRows, FullBarRows } from '#server/domain/bar-blocks.ts';
import type { RowColumn } from './bar-rows.ts';

const WIDTHS = { i8: Int8Array, i16: Int16Array, i32: Int32Array, u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array };
export type Width = keyof typeof WIDTHS;
export const WIDTH_NAMES = Object.keys(WIDTHS) as readonly Width[];

/** What a width holds. */
export const widthType = (width: Width): (typeof WIDTHS)[Width] => WIDTHS[width];

export type Numbers = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** One column: whole numbers by `scale`, or as they are when the width is f64. */
export interface Packed {
  readonly width: Width;
  /** What the whole numbers are divided by, or multiplied with in `startsAt`. */
  readonly scale: number;
  /** Where a column of differences begins; 0 in all others. */
  readonly base: number;
  readonly numbers: Numbers;
}

/** A column of which nothing is told is left out. */
export type PackedRows = Readonly<Record<Exclude<RowColumn, 'vwap' | 'trades'>, Packed> & Record<'vwap' | 'trades', Packed | undefined>>;

const MOST_PLACES = 9;
/** Up to here a whole number and its neighbours are told apart. */
const EXACT = 2 ** 53;

const plain = (values: Float64Array): Packed => ({ width: 'f64', scale: 1, base: 0, numbers: values });

function narrow(values: Float64Array, scale: number, base = 0): Packed | undefined {
  let [least, most] = [0, 0];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const fits = (width: Width, low: number, high: number): Packed | undefined =>
    least >= low && most <= high ? { width, scale, base, numbers: WIDTHS[width].from(values) } : undefined;
  return (
    fits('u8', 0, 255) ??
    fits('i8', -128, 127) ??
    fits('u16', 0, 65_535) ??
    fits('i16', -32_768, 32_767) ??
    fits('u32', 0, 4_294_967_295) ??
    fits('i32', -2_147_483_648, 2_147_483_647)
  );
}

/** The power of ten by which all values are whole numbers, exactly; nothing when there is none. */
function decimalScale(columns: readonly Float64Array[]): number | undefined {
  let places = 0;
  let scale = 1;
  for (const column of columns) {
    for (const value of column) {
      while (!Object.is(Math.round(value * scale) / scale, value) || Math.abs(value * scale) >= EXACT) {
        if (++places > MOST_PLACES) return undefined;
        scale *= 10;
      }
    }
  }
  const isExact = columns.every((column) => column.every((value) => Math.abs(value * scale) < EXACT));
  return isExact ? scale : undefined;
}

const scaled = (column: Float64Array, scale: number): Float64Array => column.map((value) => Math.round(value * scale));

function packAlone(column: Float64Array): Packed {
  const scale = decimalScale([column]);
  return (scale === undefined ? undefined : narrow(scaled(column, scale), scale)) ?? plain(column);
}

const packTold = (column: Float64Array): Packed | undefined => (column.every(Number.isNaN) ? undefined : packAlone(column));

type Prices = Pick<PackedRows, 'open' | 'high' | 'low' | 'close'>;

function packPrices({ length, ...rows }: FullBarRows): Prices {
  const asTheyAre = { open: plain(rows.open), high: plain(rows.high), low: plain(rows.low), close: plain(rows.close) };
  const scale = decimalScale([rows.open, rows.high, rows.low, rows.close]);
  if (scale === undefined) return asTheyAre;
  const [open, high, low, close] = [scaled(rows.open, scale), scaled(rows.high, scale), scaled(rows.low, scale), scaled(rows.close, scale)];
  const base = open[0] as number;
  for (let i = length - 1; i >= 0; i--) {
    const [o, c] = [open[i] as number, close[i] as number];
    high[i] = (high[i] as number) - Math.max(o, c);
    low[i] = Math.min(o, c) - (low[i] as number);
    close[i] = c - o;
    open[i] = o - (i === 0 ? base : (close[i - 1] as number));
  }
  const packed = { open: narrow(open, scale, base), high: narrow(high, scale), low: narrow(low, scale), close: narrow(close, scale) };
  const { open: a, high: b, low: c, close: d } = packed;
  return a && b && c && d ? { open: a, high: b, low: c, close: d } : asTheyAre;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Steps between the stamps, in the largest unit that divides them all. */
function packTimes(startsAt: Float64Array): Packed {
  const base = startsAt[0] as number;
  const steps = startsAt.map((at, i) => (i === 0 ? 0 : at - (startsAt[i - 1] as number)));
  const unit = steps.reduce(divisor, 0) || 1;
  const inUnits = steps.map((step) => step / unit);
  return narrow(inUnits, unit, base) ?? { ...plain(steps), base };
}

export const packRows = (rows: FullBarRows): PackedRows => ({
  startsAt: packTimes(rows.startsAt),
  ...packPrices(rows),
  volume: packAlone(rows.volume),
  vwap: packTold(rows.vwap),
  trades: packTold(rows.trades),
});

function unpackTimes({ numbers, scale, base }: Packed, into: Float64Array): void {
  let at = base;
  for (let i = 0; i < numbers.length; i++) {
    at += (numbers[i] as number) * scale;
    into[i] = at;
  }
}

function unpackPrices({ open, high, low, close }: Prices, into: BarRows): void {
  const { scale } = open;
  if (open.width === 'f64') {
    into.open.set(open.numbers);
    into.high.set(high.numbers);
    into.low.set(low.numbers);
    into.close.set(close.numbers);
    return;
  }
  let before = open.base;
  for (let i = 0; i < open.numbers.length; i++) {
    const o = before + (open.numbers[i] as number);
    const c = o + (close.numbers[i] as number);
    into.open[i] = o / scale;
    into.close[i] = c / scale;
    into.high[i] = ((o > c ? o : c) + (high.numbers[i] as number)) / scale;
    into.low[i] = ((o < c ? o : c) - (low.numbers[i] as number)) / scale;
    before = c;
  }
}

function unpackAlone(packed: Packed | undefined, into: Float64Array): void {
  if (packed === undefined) {
    into.fill(Number.NaN);
    return;
  }
  const { width, numbers, scale } = packed;
  into.set(numbers);
  if (width === 'f64' || scale === 1) return;
  for (let i = 0; i < numbers.length; i++) into[i] = (into[i] as number) / scale;
}

/** Into rows of the same length. */
export function unpackPriceRows(packed: PackedRows, into: BarRows): void {
  unpackTimes(packed.startsAt, into.startsAt);
  unpackPrices(packed, into);
  unpackAlone(packed.volume, into.volume);
}

export function unpackRows(packed: PackedRows, into: FullBarRows): void {
  unpackPriceRows(packed, into);
  unpackAlone(packed.vwap, into.vwap);
  unpackAlone(packed.trades, into.trades);
}
