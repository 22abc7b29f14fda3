/** The budget: no minute sees more than the limit, and cancelling always has its share. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Budget, createBudget, LANES, type Lane } from '#server/adapters/alpaca/budget.ts';
import { createRequestQueue } from '#server/adapters/alpaca/request-queue.ts';

const MINUTE = 60_000;

const asking = fc.array(
  fc.record({ waitMs: fc.nat({ max: 5_000 }), lane: fc.constantFrom(...LANES), times: fc.integer({ min: 1, max: 40 }) }),
  { maxLength: 60 },
);

/** Asks as told; what was granted, and when. */
function play(budget: Budget, clock: { at: number }, steps: readonly { waitMs: number; lane: Lane; times: number }[]) {
  const granted: { at: number; lane: Lane }[] = [];
  for (const { waitMs, lane, times } of steps) {
    clock.at += waitMs;
    for (let i = 0; i < times; i++) if (budget.take(lane) === 0) granted.push({ at: clock.at, lane });
  }
  return granted;
}

const mostInAMinute = (times: readonly number[]): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE).length));

describe('for every way of asking', () => {
  test('no minute, wherever it begins, sees more than the limit, nor others more than the limit less the reserve', () => {
    fc.assert(
      fc.property(asking, fc.integer({ min: 31, max: 300 }), (steps, limit) => {
        const clock = { at: 0 };
        const granted = play(createBudget({ requestsPerMinute: limit, now: () => clock.at }), clock, steps);
        expect(mostInAMinute(granted.map(({ at }) => at))).toBeLessThanOrEqual(limit);
        const others = granted.filter(({ lane }) => lane !== 'kill').map(({ at }) => at);
        expect(mostInAMinute(others)).toBeLessThanOrEqual(limit - 30);
      }),
    );
  });
  test('thirty cancels a minute always leave at once, whatever the others and the broker did before', () => {
    const others = asking.map((steps) => steps.filter(({ lane }) => lane !== 'kill'));
    fc.assert(
      fc.property(others, fc.nat({ max: 5 }), (steps, remaining) => {
        const clock = { at: 0 };
        const budget = createBudget({ requestsPerMinute: 200, now: () => clock.at });
        play(budget, clock, steps);
        budget.observe({ limit: 200, remaining, resetInMs: 30_000 });
        expect(play(budget, clock, [{ waitMs: 0, lane: 'kill', times: 30 }])).toHaveLength(30);
      }),
    );
  });
  test('after the wait that was named, and with nobody else about, the request may go', () => {
    fc.assert(
      fc.property(asking, fc.constantFrom(...LANES), fc.integer({ min: 3, max: 300 }), (steps, lane, limit) => {
        const clock = { at: 0 };
        const budget = createBudget({ requestsPerMinute: limit, now: () => clock.at });
        play(budget, clock, steps);
        const waitMs = budget.take(lane);
        clock.at += waitMs;
        if (waitMs > 0) expect(budget.take(lane)).toBe(0);
      }),
    );
  });
});

/**
 * A broker that counts by itself, over a window that slides, and another program with the same keys. Requests of ours are
 * on their way for a while, and so are the broker's answers: what it says of its count is always old.
 */
test("whoever else spends, and however late the answers are, thirty of the broker's own count are left to cancels", () => {
  const step = fc.record({
    waitMs: fc.nat({ max: 3_000 }),
    burst: fc.nat({ max: 200 }),
    answered: fc.nat({ max: 200 }),
    others: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const clock = { at: 0 };
      const budget = createBudget({ requestsPerMinute: 200, now: () => clock.at });
      const counted: { at: number; ours: boolean }[] = [];
      const sent: undefined[] = [];
      const left = (): number => 200 - counted.filter(({ at }) => clock.at - at < MINUTE).length;
      for (const { waitMs, burst, answered, others } of steps) {
        clock.at += waitMs;
        // The other program takes what it wants, but leaves the reserve alone while we send nothing.
        for (let i = 0; i < others && left() - sent.length > 60; i++) counted.push({ at: clock.at, ours: false });
        if (steps.length > 0 && left() < 200) budget.observe({ limit: 200, remaining: left(), resetInMs: MINUTE, underWay: sent.length });
        for (let i = 0; i < burst; i++) if (budget.take('order') === 0) sent.push(undefined);
        for (let i = 0; i < answered && sent.length > 0; i++) {
          sent.pop();
          counted.push({ at: clock.at, ours: true });
          budget.observe({ limit: 200, remaining: left(), resetInMs: MINUTE, underWay: sent.length });
        }
        expect(left() - sent.length).toBeGreaterThanOrEqual(30);
      }
    }),
  );
});

test('a token comes back a minute after it was spent, and not a moment sooner', () => {
  const clock = { at: 0 };
  const budget = createBudget({ requestsPerMinute: 1, now: () => clock.at });
  expect(budget.take('kill')).toBe(0);
  clock.at = 59_999;
  expect(budget.take('kill')).toBe(1);
  clock.at = 60_000;
  expect(budget.take('kill')).toBe(0);
});

test('what the broker says makes the budget smaller until its reset', () => {
  const clock = { at: 0 };
  const budget = createBudget({ requestsPerMinute: 200, now: () => clock.at });
  budget.observe({ limit: 200, remaining: 31, resetInMs: 10_000 });
  expect(budget.take('order')).toBe(0);
  expect(budget.take('order')).toBe(10_000);
  expect(budget.take('kill')).toBe(0);
  clock.at = 10_000;
  expect(budget.take('order')).toBe(0);
});

test('the less important lanes stop first', () => {
  const clock = { at: 0 };
  const budget = createBudget({ requestsPerMinute: 200, now: () => clock.at });
  const spend = (lane: Lane): number => {
    let spent = 0;
    while (budget.take(lane) === 0) spent++;
    return spent;
  };
  expect([spend('poll'), spend('ask'), spend('order'), spend('kill')]).toEqual([140, 20, 10, 30]);
});

test('a limit that the broker names is believed', () => {
  const clock = { at: 0 };
  const budget = createBudget({ requestsPerMinute: 200, now: () => clock.at });
  budget.observe({ limit: 1_000, remaining: undefined, resetInMs: undefined });
  expect(play(budget, clock, [{ waitMs: 0, lane: 'order', times: 2_000 }])).toHaveLength(970);
});

test('who waits is served by importance, then in the order of asking', async () => {
  let isOpen = false;
  const queue = createRequestQueue({ take: () => (isOpen ? 0 : 5), observe: () => undefined });
  const served: string[] = [];
  const ask = async (lane: Lane, name: string): Promise<void> => {
    await queue.turn(lane);
    served.push(name);
  };
  const all = [ask('poll', 'poll'), ask('order', 'order 1'), ask('ask', 'ask'), ask('order', 'order 2'), ask('kill', 'kill')];
  isOpen = true;
  await Promise.all(all);
  expect(served).toEqual(['kill', 'order 1', 'order 2', 'ask', 'poll']);
});
