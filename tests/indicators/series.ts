/** Seeded series for the indicators' tests: cent prices of a walk, nine-decimal prices of a cheap coin, walks on any grid. */
import { seededRandom, walk } from '#scripts/bench/walk.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import type { Candle } from '#server/indicators/usable.ts';

export const centPrices = (count: number, seed: number): number[] => walk('X', count, seed).map((bar) => bar.close);

/** Prices around a hundred-thousandth of a dollar, in billionths. */
export function coinPrices(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  let billionths = 8_000;
  return Array.from({ length: count }, () => {
    billionths = Math.max(1_000, billionths + Math.round((random() - 0.5) * 20));
    return billionths / 1e9;
  });
}

export interface WalkOptions {
  readonly count: number;
  readonly seed: number;
  /** Prices are whole multiples of it. */
  readonly unit: number;
  /** In units: the first price, and the largest move of an open, a close, a high or a low. */
  readonly from: number;
  readonly step: number;
  /** Largest volume; the smallest is none. */
  readonly volumes: number;
}

/** Minute bars whose prices are multiples of a unit: a coarse one makes ties. */
export function walkOf({ count, seed, unit, from, step, volumes }: WalkOptions): Candle[] {
  const random = seededRandom(seed);
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const perUnit = Math.round(1 / unit);
  const price = (units: number): number => (unit < 1 ? units / perUnit : units * unit);
  let last = from;
  return Array.from({ length: count }, (_, nth) => {
    const open = Math.max(step + 1, last + upTo(2 * step) - step);
    const close = Math.max(step + 1, open + upTo(2 * step) - step);
    last = close;
    const [high, low] = [Math.max(open, close) + upTo(step), Math.min(open, close) - upTo(step)];
    const startsAt = (Date.UTC(2024, 0, 2, 14, 30) + nth * MINUTE_MS) as Instant;
    return { startsAt, open: price(open), high: price(high), low: price(low), close: price(close), volume: upTo(volumes) };
  });
}
