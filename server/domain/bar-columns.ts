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
