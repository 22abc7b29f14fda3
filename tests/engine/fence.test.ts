/**
 * The fence between two lives: books that were recovered, by the journal alone or from a snapshot of any moment, and books that
 * went on, are the same after `started`, in every field; so whatever follows is decided alike, byte for byte (INV-29, INV-30).
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import type { SizingPolicy } from '#server/domain/sizing.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import type { Entry } from '#server/engine/command.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { Latch } from '#server/runtime/latch.ts';
import { stepAll } from '#server/runtime/loop.ts';
import { wholeBooks } from '#tests/support/whole-books.ts';
import { policy } from './exits-bench.ts';
import { begun, type Deed, deeds, live, minds, planFor } from './random-life.ts';

const range = { period: 3, timeframe: parseTimeframe('1Min')! };
const EXITS = {
  none: undefined,
  pair: policy({ stopLoss: { percent: 3 }, takeProfit: { percent: 4 } }),
  trailing: policy({ stopLoss: { ranges: 2 }, trailingStop: { percent: 4 }, breakEven: { percent: 2 }, timeStopMs: 1_200_000, range }),
};

const measure = { kind: 'volatility', decay: 0.9, ...range } as const;
/** Each goes by what the books keep: a measure of the bars, closed trades. */
const SIZES: Partial<Record<keyof typeof EXITS, SizingPolicy>> = {
  pair: {
    ...{ kind: 'kelly', multiplier: 0.5, minTrades: 2, minRiskPercent: 0.3, maxRiskPercent: 2, maxFraction: 1 },
    ...{ maxStepPercent: 25, maxTotalRiskPercent: 1, gapRanges: 0, costPercent: 0, measure },
  },
  none: { kind: 'volatilityTarget', annualPercent: 50, floorPercent: 1, maxLeverage: 1, measure },
};

const restart: Deed = { kind: 'restart' };
/** A life, a restart, and a life after it. */
const lives = fc.tuple(deeds, deeds).map(([before, after]) => [...before, restart, ...after]);

type Minds = Parameters<typeof planFor>[0];

/** What a live process has at each entry: text of the whole books at the restarts, a snapshot everywhere. */
function remembered(all: readonly Deed[], opinions: Minds, kind: keyof typeof EXITS) {
  const exits = EXITS[kind];
  const atRestart = new Map<number, string>();
  const snapshots = new Map<number, string>();
  const note = (seq: number, books: Books): void => void snapshots.set(seq, encode(snapshotOf(books)));
  const { journal } = live(
    all,
    opinions,
    ({ seq, event }, { books }) => {
      if (event.kind === 'started') atRestart.set(seq, wholeBooks(books));
      note(seq, books);
    },
    exits,
    SIZES[kind],
  );
  return { journal: journal.map((entry) => decode<Entry>(encode(entry))), atRestart, snapshots };
}

describe.each(Object.keys(EXITS) as (keyof typeof EXITS)[])('exits: %s', (kind) => {
  test.each(['the journal alone', 'a snapshot and the rest of the journal'])('recovered from %s', (from) => {
    let crossed = 0;
    fc.assert(
      fc.property(lives, minds, fc.nat(), (all, opinions, moment) => {
        const { journal, atRestart, snapshots } = remembered(all, opinions, kind);
        const plan = planFor(opinions, EXITS[kind], SIZES[kind]);
        for (const [startedAt, whole] of atRestart) {
          const before = journal.filter(({ seq }) => seq < startedAt);
          const chosen = before[moment % Math.max(1, before.length)]?.seq;
          const saved = from === 'the journal alone' || chosen === undefined ? undefined : snapshots.get(chosen);
          const books = saved === undefined ? begun(plan).books : restore(decode(saved), plan, true);
          for (const entry of before) if (entry.seq > books.seq) reapply(books, plan, entry, newTurn());
          const parts = { books, plan, latch: new Latch(books) };
          for (const recorded of journal.filter(({ seq }) => seq >= startedAt)) {
            const [now] = stepAll(parts, [recorded], newTurn());
            expect(encode(now)).toBe(encode(recorded));
            if (recorded.seq === startedAt) expect(wholeBooks(books)).toBe(whole);
          }
          crossed++;
        }
      }),
      { numRuns: 150 },
    );
    expect(crossed).toBeGreaterThan(150);
  });
});
