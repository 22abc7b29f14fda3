/**
 * Which numbers the kernels take: what is not finite, or beyond a million billions (where no price and no volume lies), is
 * answered with NaN and otherwise ignored, so that one bad number can not poison what comes after it.
 */
import type { Bar } from '#server/domain/bar.ts';

/** What the kernels read of a bar. */
export type Candle = Pick<Bar, 'startsAt' | 'open' | 'high' | 'low' | 'close' | 'volume'>;

const LARGEST = 1e15;

export const isUsable = (value: number): boolean => Math.abs(value) <= LARGEST;

/** NaN and Infinity survive the sum. */
export const isUsableRange = (bar: Candle): boolean => Math.abs(bar.high) + Math.abs(bar.low) + Math.abs(bar.close) <= LARGEST;

/** With a volume that can weigh prices. */
export const isUsableTrade = (bar: Candle): boolean =>
  Math.abs(bar.high) + Math.abs(bar.low) + Math.abs(bar.close) + Math.abs(bar.volume) <= LARGEST && bar.volume >= 0;

export const isUsableCandle = (bar: Candle): boolean =>
  Math.abs(bar.open) + Math.abs(bar.high) + Math.abs(bar.low) + Math.abs(bar.close) <= LARGEST && isUsable(bar.volume);
