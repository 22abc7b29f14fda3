/** The weekly step of Kelly's risk, over records and times of any kind: up by a part of itself a week, never above the record, down at once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kelly, KellyStep } from '#server/domain/sizing.ts';
import { DAY_MS, type Instant, plus } from '#server/domain/time.ts';
import { DAY } from '#server/domain/timeframe.ts';
import { adviceOf, isProven } from '#server/risk/sizing/kelly-record.ts';
import { reachOf, stepAfter, WEEK_MS } from '#server/risk/sizing/kelly-step.ts';
import { NOON } from '#tests/support/builders.ts';
import { record } from './records.ts';

const POLICY: Kelly = {
  ...{ kind: 'kelly', multiplier: 0.5, minTrades: 5, minRiskPercent: 0.25, maxRiskPercent: 2, maxStepPercent: 25, maxTotalRiskPercent: 6 },
  ...{ gapRanges: 0, costPercent: 0, maxFraction: 1, measure: { kind: 'averageTrueRange', period: 20, timeframe: DAY, decay: 0 } },
};

/** What would be at risk at a moment: the least before the record is proven, nothing without an edge. */
function inForce(results: readonly number[], step: KellyStep | undefined, now: Instant): number {
  if (!isProven(POLICY, results)) return POLICY.minRiskPercent;
  const { percent } = adviceOf(POLICY, results);
  return percent > 0 ? Math.min(percent, reachOf(POLICY, step, now)) : 0;
}

describe('a life of trades', () => {
  const trades = fc.array(
    fc.record({ afterDays: fc.double({ min: 0, max: 30, noNaN: true }), multiple: fc.constantFrom(2, 2, 2, 1, -1, -1, 0) }),
    { minLength: 1, maxLength: 80 },
  );

  /** Looked at every eight hours, and after each trade. */
  function life(all: readonly { afterDays: number; multiple: number }[]) {
    const seen: { at: Instant; percent: number; advice: number }[] = [];
    let [at, step, results]: [Instant, KellyStep | undefined, number[]] = [NOON, undefined, []];
    const look = (now: Instant): void => {
      const advice = isProven(POLICY, results) ? adviceOf(POLICY, results).percent : POLICY.minRiskPercent;
      seen.push({ at: now, percent: inForce(results, step, now), advice });
    };
    for (const { afterDays, multiple } of all) {
      const next = plus(at, Math.round(afterDays * DAY_MS));
      for (let now = at; now < next; now = plus(now, DAY_MS / 3)) look(now);
      at = next;
      const after = [...results, multiple];
      step = stepAfter(POLICY, step, { before: results, after, now: at });
      results = after;
      look(at);
    }
    return seen;
  }

  test('within a week it rises by a quarter of what it was at most, or of the least risk; and it is never above what the record says', () => {
    let rises = 0;
    fc.assert(
      fc.property(trades, (all) => {
        const seen = life(all);
        for (const [nth, { at, percent, advice }] of seen.entries()) {
          // Of a record in which nothing was won or lost the advice is no number.
          expect(percent).toBeLessThanOrEqual(advice > 0 ? advice : 0);
          for (let before = nth - 1; before >= 0 && at - seen[before]!.at < WEEK_MS; before--) {
            const most = 1.25 * Math.max(POLICY.minRiskPercent, seen[before]!.percent);
            expect(percent).toBeLessThanOrEqual(most * (1 + 1e-12));
            if (percent > POLICY.minRiskPercent && percent > seen[before]!.percent) rises++;
          }
        }
      }),
      { numRuns: 300, examples: [[Array.from({ length: 6 }, () => ({ afterDays: 0, multiple: 0 }))]] },
    );
    expect(rises).toBeGreaterThan(1_000);
  });
});

test('a record that stands still is followed week by week until what it says is reached', () => {
  const results = record(60, 2, 20, 1);
  const { percent } = adviceOf(POLICY, results);
  expect(percent).toBe(2);
  const begun: KellyStep = { percent: 0.25, since: NOON };
  const at = (weeks: number) => inForce(results, begun, plus(NOON, weeks * WEEK_MS));
  expect([0, 0.5, 1, 2, 3].map(at)).toEqual([0.25, 0.25, 0.3125, 0.390625, 0.48828125]);
  expect([9, 10, 1_000].map(at)).toEqual([0.25 * 1.25 ** 9, 2, 2]);
});

test('a dip to nothing begins again at the least risk, also when the record comes back in the same week', () => {
  const good = record(60, 2, 20, 1);
  const bad = record(0, 2, 60, 1);
  const risen: KellyStep = { percent: 2, since: NOON };
  const dipped = stepAfter(POLICY, risen, { before: good, after: bad, now: plus(NOON, DAY_MS) });
  expect(dipped).toEqual({ percent: 0.25, since: NOON });
  expect(inForce(bad, dipped, plus(NOON, DAY_MS))).toBe(0);
  const back = stepAfter(POLICY, dipped, { before: bad, after: good, now: plus(NOON, 2 * DAY_MS) });
  expect(back).toEqual({ percent: 0.25, since: NOON });
  expect(stepAfter(POLICY, dipped, { before: bad, after: good, now: plus(NOON, 3 * WEEK_MS) })).toEqual({
    percent: 0.25,
    since: plus(NOON, 3 * WEEK_MS),
  });
});

test('what was risen in whole weeks is noted at a trade, and the weeks go on from where they began', () => {
  const results = record(60, 2, 20, 1);
  const step = stepAfter(
    POLICY,
    { percent: 0.25, since: NOON },
    { before: results, after: [...results, 2], now: plus(NOON, 2.6 * WEEK_MS) },
  );
  expect(step).toEqual({ percent: 0.25 * 1.25 ** 2, since: plus(NOON, 2 * WEEK_MS) });
});

test('nothing is noted of a record that is not proven, and the first that is begins at the least risk', () => {
  const four = record(4, 1, 0, 1);
  expect(stepAfter(POLICY, undefined, { before: four.slice(1), after: four, now: NOON })).toBeUndefined();
  expect(stepAfter(POLICY, undefined, { before: four, after: [...four, 1], now: NOON })).toEqual({ percent: 0.25, since: NOON });
});

test('a week has seven days', () => {
  expect(WEEK_MS).toBe(604_800_000);
});

test('after a single whole week it has risen once; within one it stands where it was, also above what the record before said', () => {
  const good = record(60, 2, 20, 1);
  const noted = (percent: number, weeks: number, before = good) =>
    stepAfter(POLICY, { percent, since: NOON }, { before, after: good, now: plus(NOON, weeks * WEEK_MS) });
  expect(noted(0.25, 1.5)).toEqual({ percent: 0.3125, since: plus(NOON, WEEK_MS) });
  expect(noted(0.25, 0.5)).toEqual({ percent: 0.25, since: NOON });
  // The record before had no edge; what is noted within the week is what was reached.
  expect(noted(1, 0.5, record(0, 2, 60, 1))).toEqual({ percent: 1, since: NOON });
});

test('a record in which nothing was won or lost says no number, and begins again at the least risk', () => {
  const nothing = record(10, 0, 0, 1);
  expect(adviceOf(POLICY, nothing).percent).toBeNaN();
  expect(stepAfter(POLICY, { percent: 2, since: NOON }, { before: nothing, after: nothing, now: NOON })).toEqual({
    percent: 0.25,
    since: NOON,
  });
});
