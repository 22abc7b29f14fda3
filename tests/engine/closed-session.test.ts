/** Entries that are decided on while the stock exchange is closed, as those on daily bars are: refused for now, not forgotten. */
import { expect, test } from 'vitest';
import type { RunId } from '#server/domain/ids.ts';
import type { Session } from '#server/domain/session.ts';
import type { Direction } from '#server/domain/signal.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { DAY } from '#server/domain/timeframe.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { Latch } from '#server/runtime/latch.ts';
import { stepAll } from '#server/runtime/loop.ts';
import { AAPL, instrument, placed, plan, portfolio, scripted, statement } from '#tests/support/builders.ts';

const at = (text: string): Instant => Date.parse(text) as Instant;
/** Wednesday to Friday in March 2026: half past nine to four in New York, which is four hours behind UTC. */
const SESSIONS: readonly Session[] = ['2026-03-18', '2026-03-19', '2026-03-20'].map((date) => ({
  date,
  opensAt: at(`${date}T13:30:00Z`),
  closesAt: at(`${date}T20:00:00Z`),
}));

const planOf = (opinions: readonly (Direction | undefined)[]) =>
  plan({ portfolios: [portfolio({ deployments: [{ ...portfolio().deployments[0]!, timeframe: DAY, hire: scripted(opinions) }] })] });

/** Lives with a daily agent, and keeps the journal. */
function live(opinions: readonly (Direction | undefined)[]) {
  const ofPlan = planOf(opinions);
  const books = newBooks('rtest' as RunId, ofPlan);
  const journal: Entry[] = [];
  const [turn, parts] = [newTurn(), { books, plan: ofPlan, latch: new Latch(books) }];
  const happen = (event: Event, when: Instant): Entry[] => {
    const entries = stepAll(parts, [{ event, at: when }], turn);
    journal.push(...entries);
    return entries;
  };
  const [begin] = SESSIONS;
  happen({ kind: 'instruments', instruments: [instrument(AAPL)] }, begin!.opensAt);
  happen({ kind: 'calendar', sessions: SESSIONS }, begin!.opensAt);
  happen({ kind: 'statement', statement: statement({ asOf: begin!.opensAt }) }, begin!.opensAt);
  /** The bar that begins then. */
  const bar = (text: string): Entry[] => {
    const startsAt = at(text);
    const prices = { open: 100, high: 100, low: 100, close: 100, volume: 1 };
    const endsAt = (startsAt + MINUTE_MS) as Instant;
    return happen({ kind: 'bar', bar: { symbol: AAPL, startsAt, endsAt, ...prices }, history: false }, endsAt);
  };
  /** First and last minute of a session. */
  const day = (date: string): Entry[] => [...bar(`${date}T13:30:00Z`), ...bar(`${date}T19:59:00Z`)];
  return { books, ofPlan, journal, bar, day };
}

const ordersOf = (entries: readonly Entry[]) => entries.flatMap(({ commands }) => placed(commands));
const rulesOf = (entries: readonly Entry[]) =>
  entries.flatMap(({ decisions }) =>
    decisions.flatMap(({ verdict }) => (verdict?.kind === 'refused' ? verdict.because.map(({ rule }) => rule) : [])),
  );

test('an entry decided at the close is refused, kept, and given with the first bar of the next session', () => {
  const { day, bar, books } = live(['up']);
  const closing = day('2026-03-18');
  expect(rulesOf(closing)).toEqual(['sessionOpen']);
  expect(books.markets.get(AAPL)?.wishUntil).toBe(SESSIONS[1]?.closesAt);
  // After-hours and pre-market have bars too.
  for (const text of ['2026-03-18T21:00:00Z', '2026-03-19T12:00:00Z', '2026-03-19T13:29:00Z']) {
    expect(bar(text).flatMap(({ decisions }) => decisions)).toEqual([]);
  }
  const [order] = ordersOf(bar('2026-03-19T13:30:00Z'));
  expect(order?.intent).toMatchObject({ side: 'buy', purpose: 'open' });
  expect(books.markets.get(AAPL)?.wishUntil).toBeUndefined();
});

test('it is given once: refused in the session for another reason, it is gone', () => {
  const { day, bar, books } = live(['up']);
  day('2026-03-18');
  books.kill = { ...books.kill, level: 'reduceOnly' };
  expect(rulesOf(bar('2026-03-19T13:30:00Z'))).toEqual(['killLevel']);
  books.kill = { ...books.kill, level: 'armed' };
  expect(bar('2026-03-19T13:31:00Z')[0]?.decisions).toEqual([]);
});

test('what counts are the opinions that stand when the session opens', () => {
  const { day, bar, books } = live(['up', 'flat']);
  day('2026-03-18');
  const seat = books.markets.get(AAPL)!.seats[0]!;
  seat.standing = { ...seat.standing!, direction: 'flat', reason: 'changed its mind' };
  expect(ordersOf(bar('2026-03-19T13:30:00Z'))).toEqual([]);
});

test('it lives to the end of the next session: without a bar in that, it is gone', () => {
  const { day, bar } = live(['up']);
  day('2026-03-18');
  expect(ordersOf(bar('2026-03-20T13:30:00Z'))).toEqual([]);
});

test('it survives a snapshot, and the journal brings it back, or not when it was used', () => {
  const { day, bar, books, ofPlan, journal } = live(['up']);
  day('2026-03-18');
  const loaded = restore(decode(encode(snapshotOf(books))), ofPlan, true);
  expect(loaded.markets.get(AAPL)?.wishUntil).toBe(SESSIONS[1]?.closesAt);
  const again = () => {
    const recovered = newBooks('rtest' as RunId, ofPlan);
    for (const entry of journal) reapply(recovered, ofPlan, decode<Entry>(encode(entry)), newTurn());
    return recovered.markets.get(AAPL)!;
  };
  expect(again().wishUntil).toBe(SESSIONS[1]?.closesAt);
  bar('2026-03-19T13:30:00Z');
  expect(again()).toMatchObject({ wishUntil: undefined, reconsider: false });
});
