/**
 * Bars that could have happened: the moves of real bars in another order, in blocks. Stamps and volumes' rhythm stay; all
 * symbols that share their instants are drawn together, so that what moved together still does.
 */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { ChanceState } from '#server/exchange/random.ts';
import { blockIndices } from './resample.ts';

/** Prices are kept to the hundredth of a cent, so that a drawn market looks like a quoted one. */
const STEP = 1e4;
const LEAST = 1 / STEP;

export function resampleBars(all: readonly BarColumns[], meanBlock: number, chance: ChanceState): BarColumns[] {
  const drawn = new Map<number, Int32Array>();
  return all.map((columns) => {
    // Same length means the same instants for symbols of one market; others are drawn by themselves.
    const indices = drawn.get(columns.length) ?? blockIndices(columns.length, meanBlock, chance);
    drawn.set(columns.length, indices);
    return drawnFrom(columns, indices);
  });
}

function drawnFrom(columns: BarColumns, indices: Int32Array): BarColumns {
  const column = (): Float64Array => new Float64Array(columns.length);
  const [open, high, low, close, volume] = [column(), column(), column(), column(), column()];
  let last = columns.open[0] as number;
  indices.forEach((source, i) => {
    // The first bar has no close before it: its own open stands in.
    const before = (source === 0 ? columns.open[0] : columns.close[source - 1]) as number;
    const moved = (price: number | undefined): number => Math.max(LEAST, Math.round((last * (price as number) * STEP) / before) / STEP);
    const [o, c] = [moved(columns.open[source]), moved(columns.close[source])];
    open[i] = o;
    close[i] = c;
    high[i] = Math.max(o, c, moved(columns.high[source]));
    low[i] = Math.min(o, c, moved(columns.low[source]));
    volume[i] = columns.volume[source] as number;
    last = c;
  });
  return { ...columns, open, high, low, close, volume };
}

/** The same bars up to and with `cut`, in columns of their own, and after it a market that went another way: drawn moves, turned upside down. */
export function withOtherFuture(columns: BarColumns, cut: number, chance: ChanceState): BarColumns {
  const [open, high, low, close, volume] = [
    columns.open.slice(),
    columns.high.slice(),
    columns.low.slice(),
    columns.close.slice(),
    columns.volume.slice(),
  ];
  let last = columns.close[cut] as number;
  const indices = blockIndices(columns.length, 5, chance);
  for (let i = cut + 1; i < columns.length; i++) {
    const source = Math.max(1, indices[i] as number);
    const before = columns.close[source - 1] as number;
    const turned = (price: number | undefined): number => Math.max(LEAST, Math.round((last * before * STEP) / (price as number)) / STEP);
    const [o, c] = [turned(columns.open[source]), turned(columns.close[source])];
    open[i] = o;
    close[i] = c;
    high[i] = Math.max(o, c, turned(columns.low[source]));
    low[i] = Math.min(o, c, turned(columns.high[source]));
    volume[i] = 1 + (columns.volume[source] as number) * 2;
    last = c;
  }
  return { ...columns, open, high, low, close, volume };
}

/** The bars from `from` to before `to`, as views. */
export const sliced = (columns: BarColumns, from: number, to: number): BarColumns => ({
  ...columns,
  length: to - from,
  startsAt: columns.startsAt.subarray(from, to),
  endsAt: columns.endsAt.subarray(from, to),
  open: columns.open.subarray(from, to),
  high: columns.high.subarray(from, to),
  low: columns.low.subarray(from, to),
  close: columns.close.subarray(from, to),
  volume: columns.volume.subarray(from, to),
});
