/**
 * How far Kelly's risk may move: up once a week and by a part of itself at most, beginning at the least risk; down at once, because a limit
 * should never keep a risk up. The record changes at closed trades alone, so what was reached is noted there, and worked out in between.
 */
import type { Kelly, KellyStep } from '#server/domain/sizing.ts';
import { DAY_MS, type Instant, plus } from '#server/domain/time.ts';
import { adviceOf, isProven } from './kelly-record.ts';

export const WEEK_MS = 7 * DAY_MS;

const weeksSince = ({ since }: KellyStep, now: Instant): number => Math.max(0, Math.floor((now - since) / WEEK_MS));

const raised = ({ percent }: KellyStep, { maxStepPercent }: Kelly, weeks: number): number => percent * (1 + maxStepPercent / 100) ** weeks;

/** The most that may be at risk now. */
export const reachOf = (policy: Kelly, step: KellyStep | undefined, now: Instant): number =>
  step === undefined ? policy.minRiskPercent : raised(step, policy, weeksSince(step, now));

/** A record without an edge, or one that says no number, begins again at the least risk. */
const wanted = (policy: Kelly, results: readonly number[]): number =>
  Math.max(policy.minRiskPercent, adviceOf(policy, results).percent || policy.minRiskPercent);

/** What to note when a trade closes that makes `after` of the record; nothing while the record is not proven. */
export function stepAfter(
  policy: Kelly,
  step: KellyStep | undefined,
  { before, after, now }: { readonly before: readonly number[]; readonly after: readonly number[]; readonly now: Instant },
): KellyStep | undefined {
  if (!isProven(policy, after)) return undefined;
  if (step === undefined) return { percent: policy.minRiskPercent, since: now };
  const weeks = weeksSince(step, now);
  // By the record that stood at those weeks' ends.
  const reached = weeks === 0 ? step.percent : Math.min(raised(step, policy, weeks), wanted(policy, before));
  return { percent: Math.min(reached, wanted(policy, after)), since: plus(step.since, weeks * WEEK_MS) };
}
