/** Bars of one symbol as columns: what a backtest reads, at a few nanoseconds a bar, and what worker threads can share. */
import type { Bar } from './bar.ts';
import type { AssetSymbol } from './ids.ts';
import type { Instant } from './time.ts';
import type { Timeframe } from './timeframe.ts';

export interface BarColumns {
  readonly symbol: AssetSymbol;
  readonly timeframe: Timeframe;
  readonly length: number;
  /** Milliseconds since the epoch, strictly rising. */
  readonly startsAt: Float64Array;
  readonly endsAt: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Parts of one symbol's bars in order, as one. */
export function joinColumns(parts: readonly BarColumns[]): BarColumns {
  const [first] = parts;
  if (first === undefined) throw new RangeError('there are no bars to join');
  if (parts.length === 1) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const join = (pick: (part: BarColumns) => Float64Array): Float64Array => {
    const whole = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(pick(part), at);
      at += part.length;
    }
    return whole;
  };
  return {
    symbol: first.symbol,
    timeframe: first.timeframe,
    length,
    startsAt: join(({ startsAt }) => startsAt),
    endsAt: join(({ endsAt }) => endsAt),
    open: join(({ open }) => open),
    high: join(({ high }) => high),
    low: join(({ low }) => low),
    close: join(({ close }) => close),
    volume: join(({ volume }) => volume),
  };
}

/** One bar out of the columns, as an object of its own. */
export const barAt = (columns: BarColumns, index: number): Bar => ({
  symbol: columns.symbol,
  startsAt: columns.startsAt[index] as Instant,
  endsAt: columns.endsAt[index] as Instant,
  open: columns.open[index] as number,
  high: columns.high[index] as number,
  low: columns.low[index] as number,
  close: columns.close[index] as number,
  volume: columns.volume[index] as number,
});
