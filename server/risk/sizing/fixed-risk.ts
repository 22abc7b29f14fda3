/** Fixed fractional risk: an entry loses a set part of the capital when its stop is hit (Vince 1990). */
import type { FixedRisk } from '#server/domain/sizing.ts';
import { type Answer, type SizingCase, shown } from './method.ts';
import { atRisk } from './unit-risk.ts';

export const fixedRisk = (policy: FixedRisk, question: SizingCase): Answer =>
  atRisk(policy, question, policy.riskPercent, `${shown(policy.riskPercent)} % at risk`);
