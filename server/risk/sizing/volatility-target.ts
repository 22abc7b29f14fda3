/**
 * Volatility target: the position that swings by so much a year. What was measured counts as at least the floor, and no position is larger
 * than the leverage cap, so that a quiet or a stale series can not blow up the size.
 */
import type { VolatilityTarget } from '#server/domain/sizing.ts';
import { type Answer, type SizingCase, share, shown } from './method.ts';

export function volatilityTarget({ annualPercent, floorPercent, maxLeverage }: VolatilityTarget, question: SizingCase): Answer {
  const { measured, periodsPerYear } = question;
  if (Number.isNaN(measured)) return 'the volatility that the size goes by is not known yet';
  const annual = measured * Math.sqrt(periodsPerYear) * 100;
  const weight = Math.min(maxLeverage, annualPercent / Math.max(annual, floorPercent));
  return share(question, weight, `target ${shown(annualPercent)} % a year, measured ${shown(annual)} %, floor ${shown(floorPercent)} %`);
}
