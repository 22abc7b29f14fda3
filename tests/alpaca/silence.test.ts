/** Silence in market time: a session that is open, a market that runs faster than the wall. */
import { expect, test } from 'vitest';
import { watchSilence } from '#server/adapters/alpaca/silence.ts';

function watch(setting: { staleAfterMs: number; speed?: number; atLeastMs?: number }) {
  const state = { at: 0, isExpecting: true, speed: setting.speed ?? 1, stale: [] as number[] };
  const silence = watchSilence({
    staleAfterMs: setting.staleAfterMs,
    atLeastMs: setting.atLeastMs ?? 0,
    speed: () => state.speed,
    isExpecting: () => state.isExpecting,
    onStale: (quietMs) => state.stale.push(quietMs),
    wall: () => state.at,
  });
  const lookAt = (at: number): void => {
    state.at = at;
    silence.look();
  };
  return { state, silence, lookAt };
}

test('is noticed when it lasts, and once', () => {
  const { state, lookAt, silence } = watch({ staleAfterMs: 1_000 });
  lookAt(900);
  silence.heard();
  lookAt(1_800);
  expect(state.stale).toEqual([]);
  lookAt(1_900);
  lookAt(2_000);
  expect(state.stale).toEqual([1_000]);
});

test('does not count while nothing is expected; the bell gives the whole patience', () => {
  const { state, lookAt } = watch({ staleAfterMs: 1_000 });
  state.isExpecting = false;
  lookAt(50_000);
  state.isExpecting = true;
  lookAt(50_900);
  expect(state.stale).toEqual([]);
  lookAt(51_000);
  expect(state.stale).toEqual([1_000]);
});

test('is measured in market time, and not at all while the market stands still', () => {
  const fast = watch({ staleAfterMs: 60_000, speed: 60 });
  fast.lookAt(1_000);
  expect(fast.state.stale).toEqual([60_000]);
  const still = watch({ staleAfterMs: 60_000, speed: 0 });
  still.lookAt(9_999_999);
  still.state.speed = 60;
  still.lookAt(9_999_999 + 999);
  expect(still.state.stale).toEqual([]);
});

test('short of some seconds of the wall it is no silence', () => {
  const { state, lookAt } = watch({ staleAfterMs: 1_000, speed: 600, atLeastMs: 5_000 });
  lookAt(4_999);
  expect(state.stale).toEqual([]);
  lookAt(5_000);
  expect(state.stale).toHaveLength(1);
});
