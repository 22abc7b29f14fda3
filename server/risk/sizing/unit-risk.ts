/**
 * What one unit can lose until its stop has sold it: the distance of the stop, at least the gap allowance, plus what getting in and out costs.
 * A stop that triggers is a market order, so behind a gap it sells where the gap ends and not where it stood.
 */
import type { UnitRisk } from '#server/domain/sizing.ts';
import { type Answer, type SizingCase, share, shown } from './method.ts';

/** Dollars. */
export function unitRiskOf(
  { gapRanges, costPercent }: UnitRisk,
  { price, stopDistance, measured }: Pick<SizingCase, 'price' | 'stopDistance' | 'measured'>,
): number {
  const gap = gapRanges === 0 ? 0 : gapRanges * measured;
  return Math.max(stopDistance, gap) + (price * costPercent) / 100;
}

/** The entry that loses `riskPercent` of the capital when its stop is hit. */
export function atRisk(policy: UnitRisk, question: SizingCase, riskPercent: number, because: string): Answer {
  const { price, stopDistance, measured } = question;
  if (Number.isNaN(stopDistance)) return 'how far its stop will be is not known';
  if (policy.gapRanges > 0 && Number.isNaN(measured)) return 'the average true range that the gap allowance goes by is not known yet';
  const unitRisk = unitRiskOf(policy, question);
  const ranges = policy.gapRanges === 0 ? '' : `, average true range $${shown(measured)}`;
  const numbers = `${because} over $${shown(unitRisk)} a unit (stop $${shown(stopDistance)} away${ranges})`;
  return share(question, ((riskPercent / 100) * price) / unitRisk, numbers);
}
