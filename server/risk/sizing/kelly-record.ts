/** What Kelly would put at risk by a record of trades alone, before it is held back by its weekly step and by what is at risk already. */
import type { Kelly } from '#server/domain/sizing.ts';
import { edgeOf } from './edge.ts';
import { shown } from './method.ts';

export interface Advice {
  /** Of the capital; nothing is to be risked where it is not above zero. */
  readonly percent: number;
  readonly because: string;
}

/** With fewer trades the record says nothing yet. */
export const isProven = ({ minTrades }: Kelly, results: readonly number[]): boolean => results.length >= minTrades;

/** Of a record that is proven. */
export function adviceOf({ multiplier, maxRiskPercent }: Kelly, results: readonly number[]): Advice {
  const { winRate, leastWinRate, payoff, kelly: whole, shrinkage } = edgeOf(results);
  const record = `${results.length} trades, win rate ${shown(winRate)} (at least ${shown(leastWinRate)}), payoff ${shown(payoff)}`;
  const factors = `Kelly ${shown(whole)} × shrinkage ${shown(shrinkage)} × ${shown(multiplier)}`;
  return { percent: Math.min(multiplier * shrinkage * whole * 100, maxRiskPercent), because: `${record}: ${factors}` };
}
