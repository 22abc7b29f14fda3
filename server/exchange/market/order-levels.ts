/**
 * The order book of a pair, derived from its quote: five levels a side, a hundredth of a percent of the price apart,
 * each one coin larger than the one before. A level that is gone is told with size 0.
 */
import { toNumber } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import type { Quote } from '../quote.ts';
import { stamp } from '../stamp.ts';
import type { WriteTime } from '../view/market-view.ts';

export interface Level {
  readonly p: number;
  readonly s: number;
}

export interface Levels {
  readonly b: readonly Level[];
  readonly a: readonly Level[];
}

const DEPTH = 5;
const billionth = (value: number): number => Math.round(value * 1e9) / 1e9;

export function bookAround({ bid, ask, bidSize = 1, askSize = 1 }: Quote): Levels {
  const side = (best: number, step: number, size: number): Level[] =>
    Array.from({ length: DEPTH }, (_, level) => ({ p: billionth(best + level * step), s: size + level })).filter(({ p }) => p > 0);
  const [low, high] = [toNumber(bid), toNumber(ask)];
  const step = billionth(Math.max(high * 1e-4, 1e-9));
  return { b: side(low, -step, bidSize), a: side(high, step, askSize) };
}

/** What changed from one book to the next. */
export function levelChanges(before: Levels, after: Levels): Levels {
  return { b: sideChanges(before.b, after.b), a: sideChanges(before.a, after.a) };
}

function sideChanges(before: readonly Level[], after: readonly Level[]): Level[] {
  const gone = before.filter(({ p }) => !after.some((level) => level.p === p)).map(({ p }) => ({ p, s: 0 }));
  return [...gone, ...after.filter(({ p, s }) => !before.some((level) => level.p === p && level.s === s))];
}

export const renderBook = (at: Instant, { b, a }: Levels, time: WriteTime = stamp): Record<string, unknown> => ({ t: time(at), b, a });
