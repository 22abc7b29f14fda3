/** What the outside tells of halts, late timers and clocks: openings wait for it, and a replay has the same. */
import { expect, test } from 'vitest';
import type { RunId } from '#server/domain/ids.ts';
import { bandOf } from '#server/domain/tape.ts';
import { DAY_MS, plus } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, bench, NOON, placed, plan } from '#tests/support/builders.ts';

const LIMITED = plan({ limits: { maxLoopLagMs: 1_000, maxClockSkewMs: 2_000, haltCooloffMs: 30_000 } });
const band = (up: number, down: number): Event => ({ kind: 'priceBand', symbol: AAPL, up, down });
const halt = (isHalted: boolean): Event => ({ kind: 'tradingStatus', symbol: AAPL, isHalted, reason: 'T12' });

test.each<[string, Event, Event]>([
  ['timers that come late', { kind: 'loopLag', lagMs: 1_001 }, { kind: 'loopLag', lagMs: 3 }],
  ['a clock that is ahead', { kind: 'clockSkew', skewMs: 2_001 }, { kind: 'clockSkew', skewMs: 0 }],
  ['a clock that is behind', { kind: 'clockSkew', skewMs: -2_001 }, { kind: 'clockSkew', skewMs: -1_900 }],
  ['a halt', halt(true), halt(false)],
  ['a price beyond the band', band(99, 90), band(104, 95)],
  ['a price beyond a band that is taken back', band(99, 90), band(0, 0)],
])('nothing opens with %s', (_, bad, good) => {
  const engine = bench(LIMITED);
  engine.happen(bad);
  expect(placed(engine.bar(100))).toEqual([]);
  const other = bench(LIMITED);
  other.happen(bad);
  other.happen(good);
  // The next bar ends a minute later, and the rest after a halt with it.
  expect(placed(other.bar(100))).toHaveLength(1);
});

test('for half a minute after a halt nothing opens', () => {
  const engine = bench(LIMITED);
  engine.happen(halt(true));
  engine.happen(halt(false), plus(NOON, 30_001));
  expect(placed(engine.bar(100))).toEqual([]);
});

test('an end that may have been missed is proven by a bar that began after the halt, and by nothing while the stream is heard', () => {
  const engine = bench(LIMITED);
  const { tape } = engine.books.markets.get(AAPL)!;
  engine.happen(halt(true));
  engine.bar(100);
  engine.bar(100);
  expect(tape.halt).toMatchObject({ endedAt: undefined });
  engine.happen({ kind: 'feedLost', feed: 'stocks', reason: 'test' });
  engine.happen({ kind: 'feedRestored', feed: 'stocks' });
  engine.bar(100);
  expect(tape.halt).toMatchObject({ endedAt: plus(NOON, 180_000) });
});

test('a band counts for its day, and only while the stream that moves it is heard', () => {
  const bandAfter = (deed: (engine: ReturnType<typeof bench>) => void) => {
    const engine = bench(LIMITED);
    engine.happen(band(99, 90));
    deed(engine);
    return placed(engine.bar(100)).length;
  };
  expect(bandAfter(() => undefined)).toBe(0);
  expect(bandAfter((engine) => engine.happen({ kind: 'feedLost', feed: 'crypto', reason: 'test' }))).toBe(0);
  const lost = bench(LIMITED);
  lost.happen(band(99, 90));
  lost.happen({ kind: 'feedLost', feed: 'stocks', reason: 'test' });
  lost.happen({ kind: 'feedRestored', feed: 'stocks' });
  expect(placed(lost.bar(100))).toHaveLength(1);
  const next = bench(LIMITED);
  next.happen(band(99, 90));
  next.happen({ kind: 'tick' }, plus(NOON, DAY_MS));
  const { tape } = next.books.markets.get(AAPL)!;
  expect([tape.band?.up, bandOf(tape, NOON)?.up, bandOf(tape, next.books.at)]).toEqual([99, 99, undefined]);
});

test('a new process measures anew; a halt stands, in doubt', () => {
  const { books, happen } = bench(LIMITED);
  for (const event of [{ kind: 'loopLag', lagMs: 5_000 }, { kind: 'clockSkew', skewMs: 9_000 }, band(99, 90), halt(true)] as const)
    happen(event);
  happen({ kind: 'started', version: '', plan: '' });
  expect(books.risk).toMatchObject({ loopLagMs: undefined, clockSkewMs: undefined });
  expect(books.markets.get(AAPL)?.tape.halt).toMatchObject({ endedAt: undefined, isDoubtful: true });
  expect(books.markets.get(AAPL)?.tape.band).toBeUndefined();
});

test('replayed from the journal, or read from a snapshot, the books have the same', () => {
  const { books, happen } = bench(LIMITED);
  const again = newBooks('rtest' as RunId, LIMITED);
  for (const event of [{ kind: 'loopLag', lagMs: 5_000 }, { kind: 'clockSkew', skewMs: -9_000 }, band(99, 90), halt(true)] as const) {
    happen(event);
    const entry = { seq: books.seq, at: NOON, event, signals: [], decisions: [], commands: [] };
    reapply(again, LIMITED, decode<typeof entry>(encode(entry)), newTurn());
  }
  const restored = restore(decode<ReturnType<typeof snapshotOf>>(encode(snapshotOf(books))), LIMITED, true);
  for (const other of [again, restored]) {
    expect(other.risk).toMatchObject({ loopLagMs: 5_000, clockSkewMs: 9_000 });
    const { halt: halted, band: banded } = books.markets.get(AAPL)!.tape;
    const tape = other.markets.get(AAPL)!.tape;
    expect(banded).toMatchObject({ up: 99, down: 90 });
    expect([tape.halt, tape.band]).toEqual([halted, banded]);
  }
});
