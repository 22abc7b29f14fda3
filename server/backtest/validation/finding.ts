/** What a check found: a verdict with its numbers and one sentence. The thresholds of all checks are here, and nowhere else. */

import { stampSeconds } from '#server/exchange/stamp.ts';
import type { LookAheadReport } from './look-ahead.ts';
import type { Luck } from './luck.ts';
import type { Overfitting } from './overfitting.ts';
import type { RandomEntry } from './random-entry.ts';
import type { Percentiles, TradeResamples } from './resample.ts';
import type { Sensitivity } from './sensitivity.ts';
import type { OutOfSample } from './trials.ts';

export type State = 'pass' | 'warn' | 'fail' | 'unknown';

export interface Finding {
  readonly check: string;
  readonly state: State;
  readonly says: string;
  readonly figures: Readonly<Record<string, unknown>>;
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
function graded(isPass: boolean, isFail: boolean): State {
  if (isPass) return 'pass';
  return isFail ? 'fail' : 'warn';
}

export const unknown = (check: string, says: string): Finding => ({ check, state: 'unknown', says, figures: {} });

/** Sharpe ratios are those of one period, in all figures. */
export function outOfSampleFinding(check: string, found: OutOfSample): Finding {
  const { windows, meanTrainSharpe, testSharpe, efficiency } = found;
  if (windows.length === 0) return unknown(check, 'the bars are too few for a window');
  const figures = { windows: windows.length, meanTrainSharpe, testSharpe, efficiency: efficiency ?? null };
  if (efficiency === undefined) return { check, state: 'fail', says: 'not even the best of each training made anything', figures };
  const says =
    testSharpe <= 0
      ? `chosen in ${windows.length} trainings, it lost in the tests that followed`
      : `out of sample ${percent(efficiency)} of the trainings' Sharpe ratio was left`;
  return { check, state: graded(efficiency >= 0.5, testSharpe <= 0), says, figures };
}

export function overfittingFinding(found: Overfitting | undefined): Finding {
  if (found === undefined) return unknown('overfitting', 'it takes two trials and more bars');
  const { probability, combinations, lossProbability, degradation } = found;
  const says = `in ${percent(probability)} of ${combinations} splits the best of one half was below the median in the other`;
  return {
    check: 'overfitting',
    state: graded(probability < 0.2, probability >= 0.5),
    says,
    figures: { probability, combinations, lossProbability, degradation },
  };
}

export function luckFinding(found: Luck | undefined): Finding {
  if (found?.deflatedSharpe === undefined || found.deflatedSharpe === null)
    return unknown('deflatedSharpe', 'the returns have no deviation');
  const { deflatedSharpe, trials } = found;
  const says =
    deflatedSharpe >= 0.95
      ? `more than the luck of ${trials} trials explains`
      : `the best of ${trials} worthless trials looks like this with a probability of ${percent(1 - deflatedSharpe)}`;
  return { check: 'deflatedSharpe', state: graded(deflatedSharpe >= 0.95, deflatedSharpe < 0.5), says, figures: { ...found } };
}

export function sensitivityFinding(found: Sensitivity | undefined): Finding {
  if (found?.plateau === undefined) return unknown('sensitivity', 'no neighbours were tried, or nothing was won');
  const { plateau, influence, neighbours, best } = found;
  const says =
    plateau >= 0.6
      ? `neighbouring parameters do nearly as well (${percent(plateau)})`
      : `a step aside leaves ${percent(plateau)} of the best score: a peak, not a plateau`;
  return {
    check: 'sensitivity',
    state: graded(plateau >= 0.6, plateau < 0.25),
    says,
    figures: { plateau, neighbours: neighbours.length, best: best.point, influence },
  };
}

export function tradesFinding(found: TradeResamples | undefined): Finding {
  if (found === undefined) return unknown('monteCarloTrades', 'there are fewer than ten trades');
  const { lossProbability, withoutBestTwentieth } = found;
  const says =
    withoutBestTwentieth <= 0
      ? `without the best twentieth of its trades nothing was won (${percent(withoutBestTwentieth)})`
      : `drawn anew, the trades lose in ${percent(lossProbability)} of all draws`;
  const isPass = lossProbability < 0.05 && withoutBestTwentieth > 0;
  return { check: 'monteCarloTrades', state: graded(isPass, lossProbability > 0.3), says, figures: { ...found } };
}

export interface BarResamples {
  readonly draws: number;
  readonly totalReturn: Percentiles;
  /** How many of the drawn histories it won in. */
  readonly profitable: number;
  /** Part of the drawn histories in which it did worse than in the real one. */
  readonly realRank: number;
}

export function barsFinding(found: BarResamples): Finding {
  const { profitable, realRank, draws } = found;
  const says = `in ${percent(profitable)} of ${draws} histories of the same moves it won; the real one was better than ${percent(realRank)} of them`;
  return { check: 'monteCarloBars', state: graded(profitable > 0.6, profitable < 0.3), says, figures: { ...found } };
}

export function lookAheadFinding({ opinions, leaks }: LookAheadReport): Finding {
  const [first] = leaks;
  const says =
    first === undefined
      ? `none of ${opinions} opinions changed when the future did`
      : `${leaks.map(({ deployment }) => deployment).join(', ')} looks ahead: ${first.symbol} at ${stampSeconds(first.at)} it said "${first.said}", and without the future "${first.saysNow}"`;
  return { check: 'lookAhead', state: first === undefined ? 'pass' : 'fail', says, figures: { opinions, leaks } };
}

export function randomEntryFinding(found: RandomEntry | undefined): Finding {
  if (found === undefined) return unknown('randomEntry', 'there were no trades');
  const { pValue } = found;
  const says =
    pValue < 0.05
      ? `the moments were chosen better than ${percent(1 - pValue)} of random ones`
      : `${percent(pValue)} of the same trades at random moments did as well`;
  return { check: 'randomEntry', state: graded(pValue < 0.05, pValue > 0.5), says, figures: { ...found } };
}
