/**
 * The probability of backtest overfitting, by combinatorially symmetric cross-validation: the curve is cut into an even
 * number of blocks; for every way to take half of them, the best trial there is ranked among all trials on the other half.
 * PBO is how often it is not above the median (Bailey, Borwein, López de Prado, Zhu: The Probability of Backtest Overfitting, 2015).
 */
import type { Trial } from './trials.ts';

export interface Overfitting {
  /** 0 to 1; a half is what choosing among noise gives. */
  readonly probability: number;
  /** Ways to take half of the blocks. */
  readonly combinations: number;
  readonly blocks: number;
  /** How often the chosen trial lost money out of sample. */
  readonly lossProbability: number;
  /** Slope of out-of-sample over in-sample Sharpe ratio of the chosen; below zero: the better it looked, the worse it was. */
  readonly degradation: number;
}

interface Sums {
  readonly count: Float64Array;
  /** Trial by trial, block by block. */
  readonly sum: readonly Float64Array[];
  readonly squares: readonly Float64Array[];
}

/** At least two trials, and at least two instants a block; nothing otherwise. `blocks` is even; 16 gives 12,870 ways. */
export function overfitting(trials: readonly Trial[], blocks: number): Overfitting | undefined {
  const length = trials[0]?.returns.length ?? 0;
  if (trials.length < 2 || blocks < 2 || blocks % 2 !== 0 || length < 2 * blocks) return undefined;
  const sums = blockSums(trials, blocks, length);
  const inSample: number[] = [];
  const outOfSample: number[] = [];
  let below = 0;
  let losses = 0;
  for (const half of halves(blocks)) {
    const seen = sharpes(sums, half, true);
    const unseen = sharpes(sums, half, false);
    const chosen = indexOfLargest(seen);
    const mine = unseen[chosen] as number;
    if (relativeRank(unseen, mine) <= 0.5) below++;
    if (mine < 0) losses++;
    inSample.push(seen[chosen] as number);
    outOfSample.push(mine);
  }
  const combinations = inSample.length;
  const degradation = slope(inSample, outOfSample);
  return { probability: below / combinations, combinations, blocks, lossProbability: losses / combinations, degradation };
}

function blockSums(trials: readonly Trial[], blocks: number, length: number): Sums {
  const edge = (block: number): number => Math.floor((block * length) / blocks);
  const count = Float64Array.from({ length: blocks }, (_, block) => edge(block + 1) - edge(block));
  const sum = trials.map(() => new Float64Array(blocks));
  const squares = trials.map(() => new Float64Array(blocks));
  trials.forEach(({ returns }, trial) => {
    for (let block = 0; block < blocks; block++) {
      let total = 0;
      let square = 0;
      for (let i = edge(block); i < edge(block + 1); i++) {
        const value = returns[i] as number;
        total += value;
        square += value * value;
      }
      (sum[trial] as Float64Array)[block] = total;
      (squares[trial] as Float64Array)[block] = square;
    }
  });
  return { count, sum, squares };
}

/** All ways to take half of the blocks, as bit masks. */
function* halves(blocks: number): Generator<number> {
  for (let mask = 0; mask < 2 ** blocks; mask++) if (bits(mask) === blocks / 2) yield mask;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Sharpe ratios of all trials on the blocks in the mask, or on the others. */
function sharpes({ count, sum, squares }: Sums, mask: number, inside: boolean): number[] {
  return sum.map((sums, trial) => {
    let n = 0;
    let total = 0;
    let square = 0;
    for (let block = 0; block < count.length; block++) {
      if ((((mask >> block) & 1) === 1) !== inside) continue;
      n += count[block] as number;
      total += sums[block] as number;
      square += (squares[trial] as Float64Array)[block] as number;
    }
    const variance = (square - (total * total) / n) / (n - 1);
    return variance > 0 ? total / n / Math.sqrt(variance) : 0;
  });
}

const indexOfLargest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Place among all, 0 (worst) to 1 (best); equals share their middle. */
function relativeRank(values: readonly number[], mine: number): number {
  let below = 0;
  let equal = 0;
  for (const value of values) {
    if (value < mine) below++;
    else if (value === mine) equal++;
  }
  return (below + (equal + 1) / 2) / (values.length + 1);
}

function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let covariance = 0;
  let variance = 0;
  x.forEach((value, i) => {
    covariance += (value - mx) * ((y[i] as number) - my);
    variance += (value - mx) ** 2;
  });
  return variance > 0 ? covariance / variance : 0;
}
