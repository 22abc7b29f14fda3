/**
 * Fractional Kelly: what is put at risk follows the portfolio's own closed trades, at the lower bound of its share of wins, shrunk for the error
 * of the estimate, and a part of that. A record that proves no edge gives no size, and not the least one.
 */
import type { Kelly } from '#server/domain/sizing.ts';
import { edgeOf } from './edge.ts';
import { type Answer, type SizingCase, shown } from './method.ts';
import { atRisk } from './unit-risk.ts';

export function kelly(policy: Kelly, question: SizingCase): Answer {
  const { multiplier, minTrades, minRiskPercent, maxRiskPercent } = policy;
  const { results } = question;
  if (results.some(Number.isNaN)) return 'the result of a closed trade is not a number';
  if (results.length < minTrades)
    return atRisk(policy, question, minRiskPercent, `${shown(minRiskPercent)} % at risk (${results.length} of ${minTrades} closed trades)`);
  const { winRate, leastWinRate, payoff, kelly: whole, shrinkage } = edgeOf(results);
  const percent = Math.min(multiplier * shrinkage * whole * 100, maxRiskPercent);
  const record = `${results.length} trades, win rate ${shown(winRate)} (at least ${shown(leastWinRate)}), payoff ${shown(payoff)}`;
  const factors = `Kelly ${shown(whole)} × shrinkage ${shown(shrinkage)} × ${shown(multiplier)}`;
  if (!(percent > 0)) return `nothing is to be risked (${record}: ${factors})`;
  return atRisk(policy, question, percent, `${shown(percent)} % at risk (${record}: ${factors}, at most ${shown(maxRiskPercent)} %)`);
}
