/**
 * Other histories that could have happened, by a seed: trades drawn anew, and bars drawn anew in blocks (stationary
 * bootstrap: blocks of random length keep what returns have to do with their neighbours; Politis and Romano, 1994).
 */
import { type ChanceState, roll } from '#server/exchange/random.ts';

const below = (chance: ChanceState, count: number): number => Math.floor(roll(chance) * count);

/** `count` indices into a series of that length: blocks of `meanBlock` on average, wrapping at the end. */
export function blockIndices(count: number, meanBlock: number, chance: ChanceState): Int32Array {
  const indices = new Int32Array(count);
  let at = below(chance, count);
  for (let i = 0; i < count; i++) {
    indices[i] = at;
    at = roll(chance) < 1 / meanBlock ? below(chance, count) : (at + 1) % count;
  }
  return indices;
}

export interface Percentiles {
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/** By linear interpolation between the two neighbours (type 7 of Hyndman and Fan). */
export function percentile(sorted: ArrayLike<number>, part: number): number {
  const place = part * (sorted.length - 1);
  const low = Math.floor(place);
  const [a, b] = [sorted[low] ?? Number.NaN, sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN];
  return a + (b - a) * (place - low);
}

export function percentilesOf(values: Float64Array): Percentiles {
  const sorted = values.slice().sort();
  const at = (part: number): number => percentile(sorted, part);
  return { p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) };
}

export interface TradeResamples {
  readonly draws: number;
  /** Of the account over its start, minus one. */
  readonly totalReturn: Percentiles;
  /** Largest fall from a peak, as a part of it: 0 to 1. */
  readonly maxDrawdown: Percentiles;
  /** How often the draw ended with a loss. */
  readonly lossProbability: number;
  /** Return without the best trade, and without the best five in a hundred: does it hang on luck? */
  readonly withoutBest: number;
  readonly withoutBestTwentieth: number;
}

/** Draws as many trades as there were, with replacement; profits in dollars, so position sizes stay what they were. */
export function resampleTrades(profits: readonly number[], cash: number, draws: number, chance: ChanceState): TradeResamples {
  const totals = new Float64Array(draws);
  const drawdowns = new Float64Array(draws);
  let losses = 0;
  for (let draw = 0; draw < draws; draw++) {
    let equity = cash;
    let peak = cash;
    let deepest = 0;
    for (let i = 0; i < profits.length; i++) {
      equity += profits[below(chance, profits.length)] as number;
      if (equity > peak) peak = equity;
      const fall = (peak - equity) / peak;
      if (fall > deepest) deepest = fall;
    }
    totals[draw] = equity / cash - 1;
    drawdowns[draw] = deepest;
    if (equity < cash) losses++;
  }
  const best = [...profits].sort((a, b) => b - a);
  const without = (count: number): number => best.slice(count).reduce((sum, profit) => sum + profit, 0) / cash;
  return {
    draws,
    totalReturn: percentilesOf(totals),
    maxDrawdown: percentilesOf(drawdowns),
    lossProbability: losses / draws,
    withoutBest: without(1),
    withoutBestTwentieth: without(Math.ceil(profits.length / 20)),
  };
}
