/**
 * Trials: the same strategy with other parameters, each with its returns over the same instants. Choosing among them is
 * where one fools oneself, so every choice here is made on one part of the instants and judged on another.
 */
import type { Range, Window } from './windows.ts';

export interface Trial {
  /** The parameters, in words: "fast=10 slow=30". */
  readonly name: string;
  /** One return for each instant; all trials have the same length. */
  readonly returns: Float64Array;
}

/** Mean over standard deviation (n − 1) of the returns in the ranges, per instant and not annualised; 0 where it is not defined. */
export function sharpeWithin(returns: Float64Array, ranges: readonly Range[]): number {
  let count = 0;
  let sum = 0;
  for (const { from, to } of ranges) {
    count += to - from;
    for (let i = from; i < to; i++) sum += returns[i] as number;
  }
  if (count < 2) return 0;
  const mean = sum / count;
  let squares = 0;
  for (const { from, to } of ranges) for (let i = from; i < to; i++) squares += ((returns[i] as number) - mean) ** 2;
  const deviation = Math.sqrt(squares / (count - 1));
  return deviation > 0 ? mean / deviation : 0;
}

/** The place of the best trial by Sharpe ratio within the ranges; the first of equals. */
export function bestWithin(trials: readonly Trial[], ranges: readonly Range[]): { readonly index: number; readonly sharpe: number } {
  let best = { index: 0, sharpe: Number.NEGATIVE_INFINITY };
  trials.forEach(({ returns }, index) => {
    const sharpe = sharpeWithin(returns, ranges);
    if (sharpe > best.sharpe) best = { index, sharpe };
  });
  return best;
}

export interface Judged {
  readonly window: Window;
  /** Which trial was best in training. */
  readonly chosen: number;
  readonly trainSharpe: number;
  readonly testSharpe: number;
}

export interface OutOfSample {
  readonly windows: readonly Judged[];
  /** The chosen trials' returns in their tests, one after the other. */
  readonly returns: Float64Array;
  readonly meanTrainSharpe: number;
  /** Of all test returns together. */
  readonly testSharpe: number;
  /** Test over training: 1 keeps its promise, 0 or less was luck; nothing when training promised nothing. */
  readonly efficiency: number | undefined;
}

/** Chooses in each window's training, and judges by its test. */
export function outOfSample(trials: readonly Trial[], windows: readonly Window[]): OutOfSample {
  const judged = windows.map((window) => {
    const { index, sharpe } = bestWithin(trials, window.train);
    const returns = (trials[index] as Trial).returns;
    return { window, chosen: index, trainSharpe: sharpe, testSharpe: sharpeWithin(returns, [window.test]) };
  });
  const returns = stitched(trials, judged);
  const meanTrainSharpe = judged.length === 0 ? 0 : judged.reduce((sum, one) => sum + one.trainSharpe, 0) / judged.length;
  const testSharpe = sharpeWithin(returns, [{ from: 0, to: returns.length }]);
  return {
    windows: judged,
    returns,
    meanTrainSharpe,
    testSharpe,
    efficiency: meanTrainSharpe > 0 ? testSharpe / meanTrainSharpe : undefined,
  };
}

function stitched(trials: readonly Trial[], judged: readonly Judged[]): Float64Array {
  const all = new Float64Array(judged.reduce((sum, { window: { test } }) => sum + test.to - test.from, 0));
  let at = 0;
  for (const { chosen, window } of judged) {
    const part = (trials[chosen] as Trial).returns.subarray(window.test.from, window.test.to);
    all.set(part, at);
    at += part.length;
  }
  return all;
}
