/** The dead-man's switch as a fold: it acts in time, not before, on nothing but signs of work, and takes nothing back by itself. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Beat } from '#server/guard/beat.ts';
import { type Action, DEFAULT_LIMITS, hear, look, resumed, type VigilState } from '#server/guard/vigil.ts';

const AWAY: VigilState = { kind: 'away' };

const beat = (seq: number, ill: Partial<Beat> = {}): Beat => ({
  ...{ kind: 'beat', life: 'one', seq, level: 'armed', turnAgeMs: 0, loopLagMs: 0, reconcileAgeMs: 0 },
  ...ill,
});

interface Step {
  readonly atMs: number;
  readonly message?: Parameters<typeof hear>[1];
}

/** Looks every quarter of a second until the end, and hears what comes on the way. */
function watch(steps: readonly Step[], untilMs: number, state = AWAY): { did: { atMs: number; action: Action }[]; state: VigilState } {
  const did: { atMs: number; action: Action }[] = [];
  let next = 0;
  let now = state;
  for (let atMs = 0; atMs <= untilMs; atMs += 250) {
    for (; next < steps.length && (steps[next] as Step).atMs <= atMs; next++) {
      const { message, atMs: heardMs } = steps[next] as Step;
      if (message === undefined) continue;
      const judged = hear(now, message, heardMs, DEFAULT_LIMITS);
      now = judged.state;
      did.push(...judged.actions.map((action) => ({ atMs: heardMs, action })));
    }
    const judged = look(now, atMs, DEFAULT_LIMITS);
    now = judged.state;
    did.push(...judged.actions.map((action) => ({ atMs, action })));
  }
  return { did, state: now };
}

const everySecond = (untilMs: number, of: (seq: number) => Beat = beat): Step[] =>
  Array.from({ length: Math.floor(untilMs / 1000) + 1 }, (_, seq) => ({ atMs: seq * 1000, message: of(seq) }));

test('nothing is done while the daemon works, and nothing before one ever came', () => {
  expect(watch(everySecond(60_000), 60_000).did).toEqual([]);
  expect(watch([], 60_000).did).toEqual([]);
});

test('silence: suspended after ten seconds, opening orders cancelled after thirty, each once', () => {
  const { did } = watch(everySecond(5_000), 120_000);
  expect(did).toEqual([
    { atMs: 15_000, action: 'suspend' },
    { atMs: 35_000, action: 'cancelOpening' },
  ]);
});

test.each([
  ['a loop that takes no turn', { turnAgeMs: 5_001 }],
  ['timers that come late', { loopLagMs: 2_001 }],
  ['books that nobody bears out', { reconcileAgeMs: 120_001 }],
])('%s is as good as silence', (_, ill) => {
  const steps = everySecond(60_000, (seq) => beat(seq, seq > 5 ? ill : {}));
  expect(watch(steps, 60_000).did[0]).toEqual({ atMs: 15_000, action: 'suspend' });
});

test('a recorded message heard again is no sign of life', () => {
  const steps = [...everySecond(5_000), ...Array.from({ length: 50 }, (_, nth) => ({ atMs: 5_500 + nth * 1000, message: beat(nth % 6) }))];
  expect(watch(steps, 60_000).did[0]).toEqual({ atMs: 15_000, action: 'suspend' });
});

test('an orderly end is no death', () => {
  const end = { atMs: 5_500, message: { kind: 'standDown', life: 'one', seq: 6 } as const };
  expect(watch([...everySecond(5_000), end], 120_000).did).toEqual([]);
});

test('a daemon that comes back, works, or stands down lifts nothing; a release does', () => {
  const back = Array.from({ length: 60 }, (_, nth) => ({ atMs: 20_000 + nth * 1000, message: beat(nth, { life: 'two', level: 'halt' }) }));
  const down = { atMs: 80_000, message: { kind: 'standDown', life: 'two', seq: 61 } as const };
  const { did, state } = watch([...everySecond(5_000), ...back, down], 100_000);
  expect(did.map(({ action }) => action)).toEqual(['suspend']);
  expect(state.kind).toBe('acted');
  const lifted = hear(state, { kind: 'lift', life: 'three', seq: 1 }, 101_000, DEFAULT_LIMITS);
  expect(lifted).toMatchObject({ actions: ['lift'], state: { kind: 'watching', wellAtMs: 101_000 } });
});

test('one that is held and falls silent again, or opens against the guard, has its opening orders cancelled', () => {
  const held = { atMs: 20_000, message: beat(1, { life: 'two', level: 'halt' }) };
  expect(watch([...everySecond(5_000), held], 120_000).did.at(-1)).toEqual({ atMs: 50_000, action: 'cancelOpening' });
  const armed = Array.from({ length: 60 }, (_, nth) => ({ atMs: 20_000 + nth * 1000, message: beat(nth, { life: 'two' }) }));
  expect(watch([...everySecond(5_000), ...armed], 120_000).did.at(-1)).toEqual({ atMs: 35_000, action: 'cancelOpening' });
});

test('a lift that was recorded before it was needed does nothing, and neither does one that was heard', () => {
  expect(hear(AWAY, { kind: 'lift', life: 'one', seq: 1 }, 0, DEFAULT_LIMITS).actions).toEqual([]);
  const acted: VigilState = { kind: 'acted', did: 'suspended', deadSinceMs: 0, life: 'one', seq: 7 };
  expect(hear(acted, { kind: 'lift', life: 'one', seq: 7 }, 0, DEFAULT_LIMITS).actions).toEqual([]);
});

test('a guard that is started again goes on with the daemon that it watched', () => {
  expect(watch([], 60_000, resumed('one', 0)).did[0]).toEqual({ atMs: 10_000, action: 'suspend' });
  expect(watch([], 60_000, resumed(undefined, 0)).did).toEqual([]);
});

test('whatever comes: suspended once no good beat was heard for ten seconds, and never otherwise', () => {
  const step = fc.record({ gapMs: fc.integer({ min: 0, max: 14_000 }), ill: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (gaps) => {
      let atMs = 0;
      const steps = gaps.map(({ gapMs, ill }, seq) => {
        atMs += gapMs;
        return { atMs, message: beat(seq, seq > 0 && ill ? { turnAgeMs: 60_000 } : {}) };
      });
      const well = steps.filter(({ message }) => message.turnAgeMs === 0).map((one) => one.atMs);
      const dead = [...well, Number.POSITIVE_INFINITY].findIndex((next, nth) => nth > 0 && next - (well[nth - 1] as number) > 10_000);
      const owedMs = Math.ceil(((well[dead - 1] as number) + 10_000) / 250) * 250;
      const endMs = atMs + 20_000;
      const suspended = watch(steps, endMs).did.find(({ action }) => action === 'suspend');
      // Between two looks a beat may still come in time.
      const late = steps.some((one) => one.message.turnAgeMs === 0 && one.atMs > owedMs - 250 && one.atMs <= owedMs);
      if (!late) expect(suspended?.atMs).toBe(owedMs);
    }),
  );
});
