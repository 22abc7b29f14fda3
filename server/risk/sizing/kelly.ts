/**
 * Fractional Kelly: what is put at risk follows the portfolio's own closed trades, at the lower bound of its share of wins, shrunk for the error
 * of the estimate, and a part of that. A record that proves no edge gives no size, and not the least one. It rises step by step, and all that
 * Kelly sizes shares one budget.
 */
import { toNumber } from '#server/domain/money.ts';
import type { Kelly } from '#server/domain/sizing.ts';
import { type Advice, adviceOf, isProven } from './kelly-record.ts';
import { reachOf } from './kelly-step.ts';
import { type Answer, type SizingCase, shown } from './method.ts';
import { atRisk } from './unit-risk.ts';

export function kelly(policy: Kelly, question: SizingCase): Answer {
  if (question.results.some(Number.isNaN)) return 'the result of a closed trade is not a number';
  const advice = advised(policy, question);
  if (!(advice.percent > 0)) return `nothing is to be risked (${advice.because})`;
  const left = leftOf(policy, question);
  const budget = `${shown(left)} % of the capital are left of ${shown(policy.maxTotalRiskPercent)} % of the equity for all that Kelly sizes`;
  if (Number.isNaN(left)) return 'what Kelly has at risk already is not known';
  // What is left of a full budget is no size.
  if (left < Math.min(advice.percent, policy.minRiskPercent)) return `nothing is to be risked: ${budget}`;
  const percent = Math.min(advice.percent, left);
  const held = percent < advice.percent ? `, ${budget}` : '';
  return atRisk(policy, question, percent, `${shown(percent)} % at risk (${advice.because}${held})`);
}

/** The least risk until the record is proven, then what the record says, as far as the weekly step lets it. */
function advised(policy: Kelly, { results, step, now }: SizingCase): Advice {
  const { minTrades, minRiskPercent, maxRiskPercent } = policy;
  if (!isProven(policy, results)) return { percent: minRiskPercent, because: `${results.length} of ${minTrades} closed trades` };
  const { percent, because } = adviceOf(policy, results);
  const reach = reachOf(policy, step, now);
  const most = `${because}, at most ${shown(maxRiskPercent)} %`;
  return reach < percent ? { percent: reach, because: `${most}; of ${shown(percent)} % by the weekly step` } : { percent, because: most };
}

/** Of the budget for all that Kelly sizes, in percent of this portfolio's capital. */
function leftOf({ maxTotalRiskPercent }: Kelly, { capital, equity, openRisk }: SizingCase): number {
  const dollars = (toNumber(equity) * maxTotalRiskPercent) / 100 - openRisk;
  return (dollars / toNumber(capital)) * 100;
}
