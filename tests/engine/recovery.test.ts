/** Books that were saved and loaded, or rebuilt from the journal, are the books that were: at any point, on any history. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import type { BrokerOrderId, DeploymentId, RunId } from '#server/domain/ids.ts';
import { formatFixed } from '#server/domain/money.ts';
import type { Order } from '#server/domain/order.ts';
import type { Instant } from '#server/domain/time.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import { equityOf } from '#server/domain/valuation.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { Inbox } from '#server/runtime/inbox.ts';
import { Latch } from '#server/runtime/latch.ts';
import { stepAll } from '#server/runtime/loop.ts';
import { AAPL, bar, fill, hired, instrument, NOON, plan, portfolio, statement, view } from '#tests/support/builders.ts';
import { policy } from './exits-bench.ts';

const agentsAtWork = [
  hired('ma-cross', { fast: 2, slow: 4 }),
  hired('rsi-reversion', { period: 3 }),
  { ...hired('ma-cross', { fast: 1, slow: 2 }, parseTimeframe('3Min')), id: 'longer' as DeploymentId },
];

const exits = policy({
  stopLoss: { percent: 3 },
  takeProfit: { ranges: 2 },
  trailingStop: { ranges: 3 },
  range: { period: 3, timeframe: parseTimeframe('2Min')! },
});

const thePlan = () => plan({ portfolios: [portfolio({ deployments: agentsAtWork, exits })] });

/** What an outside world does, as a walk over small numbers. */
type Deed =
  | { kind: 'bar'; move: number }
  | { kind: 'answer'; how: number; nth: number }
  | { kind: 'tick' }
  | { kind: 'kill' }
  | { kind: 'release' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('bar' as const), move: fc.integer({ min: -300, max: 300 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('answer' as const), how: fc.nat(13), nth: fc.constantFrom(-1, -1, -2, 0) }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'tick' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'release' as const }) },
);

/** Lives through the deeds and keeps the journal. */
function live(deeds: readonly Deed[]) {
  const ofPlan = thePlan();
  const books = newBooks('rtest' as RunId, ofPlan);
  const turn = newTurn();
  const journal: Entry[] = [];
  const parts = { books, plan: ofPlan, latch: new Latch(books) };
  let [bars, price, late] = [0, 100, 0];
  const happen = (event: Event): void => {
    const entries = stepAll(parts, [{ event, at: (NOON + bars * 60_000 + late) as typeof NOON }], turn);
    journal.push(...entries);
    turn.changed.clear();
    const problem = inconsistency(books);
    if (problem !== undefined) throw new Error(`${problem} after ${encode(event)}`);
  };
  happen({ kind: 'started', version: 'test', plan: 'p' });
  happen({ kind: 'instruments', instruments: [instrument(AAPL)] });
  happen({ kind: 'calendar', sessions: [{ date: 'd', opensAt: NOON, closesAt: (NOON + 86_400_000) as typeof NOON }] });
  happen({ kind: 'statement', statement: statement() });
  for (const one of deeds) {
    late += 700;
    if (one.kind === 'bar') {
      price = Math.max(50, price + one.move / 100);
      happen({ kind: 'bar', bar: bar(bars++, Math.round(price * 100) / 100), history: false });
    } else if (one.kind === 'answer') answer([...books.orders.values()].at(one.nth), one.how, happen, price);
    else if (one.kind === 'tick') happen({ kind: 'tick' });
    else if (one.kind === 'kill') happen({ kind: 'killEngaged', level: 'flatten', by: 'test', reason: 'test' });
    else happen({ kind: 'killReleased', by: 'test', note: '', latchId: books.kill.latchId });
  }
  return { books, journal, ofPlan };
}

function answer(known: Order | undefined, how: number, happen: (event: Event) => void, price: number): void {
  if (known === undefined) return;
  const { id: order, side, filled, quantity } = known;
  const seen = (word: BrokerStatus, updatedAt: number, asked: boolean) => {
    const said = view(order, word, { updatedAt: updatedAt as Instant, side, filled, quantity });
    happen(asked ? { kind: 'orderSeen', view: said, asked: true } : { kind: 'orderSeen', view: said });
  };
  const answers: readonly (() => void)[] = [
    () => happen({ kind: 'orderAccepted', order, brokerId: `b-${order}` as BrokerOrderId }),
    () => happen({ kind: 'orderRejected', order, code: '403', reason: 'no' }),
    () => happen({ kind: 'orderUnknown', order, reason: 'timeout' }),
    () => happen({ kind: 'fill', fill: fill(order, side, '1', price.toFixed(2)) }),
    () => happen({ kind: 'fill', fill: fill(order, side, '7', price.toFixed(2)) }),
    () => happen({ kind: 'orderNotFound', order }),
    () => seen('new', NOON + how, false),
    () => seen('new', NOON + 30, true),
    () => seen('pending_cancel', NOON + 20, false),
    () => seen('canceled', NOON + 25, false),
    () => seen('rejected', NOON + 26, true),
    () => happen({ kind: 'cancelRefused', order, reason: 'no' }),
    () => happen({ kind: 'cancelUnknown', order, reason: 'silence' }),
    () => happen({ kind: 'cancelAccepted', order }),
  ];
  answers[how]?.();
}

const textOf = (books: ReturnType<typeof newBooks>) => encode(snapshotOf(books));

test('a snapshot, loaded, goes on like the original', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60, size: 'max' }), (deeds) => {
      const { books, ofPlan } = live(deeds);
      const text = textOf(books);
      const loaded = restore(decode(text), ofPlan, true);
      expect(textOf(loaded)).toBe(text);
      expect(inconsistency(loaded)).toBeUndefined();
      expect(equityOf(loaded)).toBe(equityOf(books));
    }),
    { numRuns: 200 },
  );
});

test('the journal, taken in again, gives the same cash, positions, orders and kill level', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60, size: 'max' }), (deeds) => {
      const { books, journal, ofPlan } = live(deeds);
      const again = newBooks('rtest' as RunId, ofPlan);
      const turn = newTurn();
      for (const entry of journal) reapply(again, ofPlan, decode<Entry>(encode(entry)), turn);
      expect(formatFixed(again.cash)).toBe(formatFixed(books.cash));
      expect(again.seq).toBe(journal.at(-1)?.seq);
      expect(again.kill).toEqual(books.kill);
      expect(encode([...again.orders.values()])).toBe(encode([...books.orders.values()]));
      expect(encode(snapshotOf(again).markets)).toBe(encode(snapshotOf(books).markets));
      expect(inconsistency(again)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test('the sequence of journalled entries has no gap, whatever ticks were idle', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
      const { journal } = live(deeds);
      expect(journal.map((entry) => entry.seq)).toEqual(journal.map((_, nth) => nth + 1));
    }),
  );
});

test('an inbox gives out what came, in order, and ends when it was closed', async () => {
  const inbox = new Inbox({ now: () => NOON }, 2);
  for (let i = 0; i < 3; i++) inbox.tell({ kind: 'stopping', reason: `${i}`, cancelOrders: false });
  inbox.close();
  inbox.tell({ kind: 'tick' });
  expect((await inbox.next())?.length).toBe(2);
  expect((await inbox.next())?.length).toBe(1);
  expect(await inbox.next()).toBeUndefined();
});
