/** Agents of longer bars beside agents of minutes: what each sees, when, and what of it survives a restart. */
import { expect, test } from 'vitest';
import type { AgentAtWork } from '#server/domain/agent.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { DeploymentId } from '#server/domain/ids.ts';
import type { DeploymentPlan } from '#server/domain/plan.ts';
import type { Direction } from '#server/domain/signal.ts';
import { type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { MINUTE, parseTimeframe } from '#server/domain/timeframe.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, bar, bench, NOON, placed, plan, portfolio } from '#tests/support/builders.ts';

/** Writes down what it is shown, and says what it is told to at the nth bar. */
function witness(seen: string[], opinions: readonly (Direction | undefined)[] = []): () => AgentAtWork {
  return () => {
    let nth = 0;
    return {
      onBar({ startsAt, endsAt, close }) {
        seen.push(`${(startsAt - NOON) / MINUTE_MS} to ${(endsAt - NOON) / MINUTE_MS}: ${close}`);
        const direction = opinions[nth++];
        return direction === undefined ? undefined : { direction, confidence: 1, horizonMs: undefined, reason: 'told to' };
      },
      save: () => nth,
      load: (memory) => {
        nth = memory as number;
      },
    };
  };
}

const deployment = (id: string, timeframe: string, hire: () => AgentAtWork): DeploymentPlan => ({
  ...{ id: id as DeploymentId, agent: 'witness', weight: 1, hire },
  timeframe: parseTimeframe(timeframe) ?? MINUTE,
});

const planOf = (...deployments: DeploymentPlan[]) => plan({ portfolios: [portfolio({ deployments })] });

test('each sees the bars of its timeframe, closed, at the minute that closes them', () => {
  const [minutes, fives, quarters]: string[][] = [[], [], []];
  const engine = bench(
    planOf(
      deployment('a', '1Min', witness(minutes!)),
      deployment('b', '5Min', witness(fives!)),
      deployment('c', '15Min', witness(quarters!)),
    ),
  );
  for (let nth = 0; nth < 15; nth++) {
    engine.bar(100 + nth);
    expect([minutes!.length, fives!.length, quarters!.length]).toEqual([nth + 1, Math.floor((nth + 1) / 5), Math.floor((nth + 1) / 15)]);
  }
  expect(fives).toEqual(['0 to 5: 104', '5 to 10: 109', '10 to 15: 114']);
  expect(quarters).toEqual(['0 to 15: 114']);
});

test('an opinion on a longer bar is decided on at once, and its vote stands beside those on minutes', () => {
  const engine = bench(planOf(deployment('a', '1Min', witness([], ['down'])), deployment('b', '5Min', witness([], ['up']))));
  for (let nth = 0; nth < 4; nth++) expect(placed(engine.bar(100))).toEqual([]);
  engine.bar(100);
  const [decision] = engine.last;
  expect(decision?.votes.map(({ deployment: id, direction }) => [id, direction])).toEqual([
    ['a', 'down'],
    ['b', 'up'],
  ]);
  const alone = bench(planOf(deployment('b', '5Min', witness([], ['up']))));
  for (let nth = 0; nth < 4; nth++) alone.bar(100);
  expect(placed(alone.bar(100))).toHaveLength(1);
});

test('a longer bar that closes on history is seen, and nothing is decided on it', () => {
  const seen: string[] = [];
  const engine = bench(planOf(deployment('a', '2Min', witness(seen, ['up']))));
  for (const nth of [0, 1]) engine.happen({ kind: 'bar', bar: bar(nth, 100), history: true });
  expect(seen).toEqual(['0 to 2: 100']);
  expect(engine.last).toEqual([]);
});

const hour = (nth: number, close: number): Bar => {
  const startsAt = (NOON + nth * 60 * MINUTE_MS) as Instant;
  return { ...bar(0, close), startsAt, endsAt: plus(startsAt, 60 * MINUTE_MS) };
};

test('fetched longer bars are for agents of that timeframe alone, each once, before the minutes behind them', () => {
  const [minutes, hours]: string[][] = [[], []];
  const engine = bench(planOf(deployment('a', '1Min', witness(minutes!)), deployment('b', '1Hour', witness(hours!, ['up']))));
  for (const [timeframe, nth] of [
    ['1Hour', -2],
    ['1Hour', -1],
    ['1Hour', -1],
    ['1Day', -1],
  ] as const) {
    const commands = engine.happen({ kind: 'longerBar', timeframe, bar: hour(nth, 90 + nth) });
    expect(commands).toEqual([]);
  }
  expect(engine.last).toEqual([]);
  expect(hours).toEqual(['-120 to -60: 88', '-60 to 0: 89']);
  engine.happen({ kind: 'bar', bar: bar(-1, 50), history: true });
  for (let nth = 0; nth < 60; nth++) engine.bar(100 + nth);
  expect(hours!.slice(2)).toEqual(['0 to 60: 159']);
  expect(minutes).toHaveLength(61);
});

test('a snapshot in the middle of a longer bar goes on to the same bar', () => {
  const [before, after]: string[][] = [[], []];
  const engine = bench(planOf(deployment('a', '5Min', witness(before!))));
  for (const close of [100, 130, 70]) engine.bar(close);
  const loaded = restore(decode(encode(snapshotOf(engine.books))), planOf(deployment('a', '5Min', witness(after!))), true);
  expect(encode(snapshotOf(loaded))).toBe(encode(snapshotOf(engine.books)));
  const aggregator = loaded.markets.get(AAPL)!.frames[0]!.aggregator;
  for (const nth of [3, 4]) engine.bar(100 + nth);
  const [closed] = [3, 4].flatMap((nth) => aggregator.next(bar(nth, 100 + nth), loaded.sessions));
  expect(closed).toMatchObject({ open: 100, high: 130, low: 70, close: 104, volume: 500 });
  expect(before).toEqual(['0 to 5: 104']);
});
