/** What a restart once forgot, each named after the defect. */
import { expect, test } from 'vitest';
import { type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { Latch } from '#server/runtime/latch.ts';
import { stepAll } from '#server/runtime/loop.ts';
import { AAPL, type Bench, bench, fill, giveUp, placed, statement, view } from '#tests/support/builders.ts';
import { wholeBooks } from '#tests/support/whole-books.ts';
import { entered, policy } from './exits-bench.ts';

const reborn = ({ books, plan }: Bench) => restore(decode(encode(snapshotOf(books))), plan, true);

const entryOf = (engine: Bench, event: Event): Entry =>
  decode(encode({ seq: engine.books.seq, at: engine.at, event, signals: [], decisions: engine.last, commands: [] } satisfies Entry));

test('a position that is left by a market order at once was not known as being left to a start that read the journal', () => {
  const { engine, order } = entered(policy({ stopLoss: { percent: 2 }, takeProfit: { percent: 4 } }), { isAnswered: false });
  engine.happen({ kind: 'orderRejected', order, code: '403', reason: 'no' });
  const books = reborn(engine);
  engine.candle(97, 105, 100);
  expect(engine.books.markets.get(AAPL)?.leaving).toMatchObject({ exit: 'stopLoss' });
  reapply(books, engine.plan, entryOf(engine, { kind: 'tick' }), newTurn());
  expect(books.markets.get(AAPL)?.leaving).toMatchObject({ exit: 'stopLoss' });
});

test('two statements that differed were not in a snapshot: the third one halted the process, and not the one that was recovered', () => {
  const engine = bench();
  const positions = [{ symbol: AAPL, quantity: parseQuantity('7'), averageEntryPrice: parsePrice('100') }];
  const differing = (nth: number): Event => ({ kind: 'statement', statement: statement({ asOf: plus(engine.at, nth), positions }) });
  engine.happen(differing(1));
  engine.happen(differing(2));
  const books = reborn(engine);
  engine.happen(differing(3));
  expect(engine.books.kill.level).toBe('halt');
  reapply(books, engine.plan, entryOf(engine, differing(3)), newTurn());
  expect(books.kill).toEqual(engine.books.kill);
});

test('after a snapshot final orders were forgotten in the order in which they were given, not in which they ended', () => {
  const engine = bench();
  const ended = ['rtest-9-0', 'rtest-8-0'] as OrderId[];
  engine.books.finished.push(...ended);
  expect(reborn(engine).finished).toEqual(ended);
});

test('a tick after which the exits were held against what is out left no entry: what was read from the journal would hold them again', () => {
  const { engine } = entered(policy({ trailingStop: { percent: 2 } }));
  engine.happen({ kind: 'statement', statement: statement() });
  engine.books.markets.get(AAPL)!.guard!.hasMoved = true;
  const parts = { books: engine.books, plan: engine.plan, latch: new Latch(engine.books) };
  const tick = { event: { kind: 'tick' } as const, at: engine.at };
  expect(stepAll(parts, [tick], newTurn())).toHaveLength(1);
  expect(stepAll(parts, [tick], newTurn())).toHaveLength(0);
});

test('an order of a pair that came back from the lost: the other one of the pair was withdrawn in recovered books only', () => {
  const { engine, order } = entered(policy({ stopLoss: { percent: 2 }, takeProfit: { percent: 4 } }));
  giveUp(engine, order);
  expect(engine.books.orders.get(order)?.status).toBe('rejected');
  const books = reborn(engine);
  const appears: Event = { kind: 'orderSeen', view: view(order, 'new', { side: 'sell' }) };
  const commands = engine.happen(appears);
  expect(engine.books.orders.get(stopSideOf(order))).toMatchObject({ withdrawn: true });
  reapply(books, engine.plan, { ...entryOf(engine, appears), commands }, newTurn());
  expect(encode(snapshotOf(books))).toBe(encode(snapshotOf(engine.books)));
});

test('an order that came back from the lost stood last among the open ones, and first after a snapshot', () => {
  const engine = bench();
  const [first] = placed(engine.bar(100));
  engine.happen({ kind: 'orderRejected', order: first!.order, code: '500', reason: 'lost' });
  engine.happen({ kind: 'killEngaged', level: 'halt', by: 'test', reason: '' });
  engine.happen({ kind: 'fill', fill: fill('by-hand' as OrderId, 'buy', '3', '100') });
  engine.happen({ kind: 'killEngaged', level: 'flatten', by: 'test', reason: '' });
  engine.happen({ kind: 'orderSeen', view: view(first!.order, 'new') });
  expect(engine.books.markets.get(AAPL)!.openOrders).toHaveLength(2);
  const books = reborn(engine);
  const started: Event = { kind: 'started', version: '', plan: '' };
  const latch = new Latch(books);
  const [there] = stepAll({ books, plan: engine.plan, latch }, [{ event: started, at: engine.at }], newTurn());
  const [here] = stepAll({ books: engine.books, plan: engine.plan, latch }, [{ event: started, at: engine.at }], newTurn());
  expect(encode(there)).toBe(encode(here));
  expect(wholeBooks(books)).toBe(wholeBooks(engine.books));
});

test('what a process had counted against the broker began anew after a recovery, and went on without one', () => {
  const engine = bench();
  engine.books.disagreements = 2;
  engine.happen({ kind: 'started', version: '', plan: '' });
  expect(engine.books.disagreements).toBe(0);
});
