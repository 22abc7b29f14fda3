/** Leaving while orders wait at the broker: what they fill on the way, what refuses, what the kill switch says, what a restart keeps. */
import { describe, expect, test } from 'vitest';
import type { BrokerOrderId, OrderId, RunId } from '#server/domain/ids.ts';
import { formatFixed } from '#server/domain/money.ts';
import { plus, SECOND_MS } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { step } from '#server/engine/step.ts';
import { given, newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { Latch } from '#server/runtime/latch.ts';
import { stepAll } from '#server/runtime/loop.ts';
import {
  AAPL,
  type Bench,
  bar,
  fill,
  instrument,
  NOON,
  placed,
  plan,
  portfolio,
  scripted,
  statement,
  view,
} from '#tests/support/builders.ts';
import { agree, entered, policy, words } from './exits-bench.ts';

const both = policy({ stopLoss: { percent: 2 }, takeProfit: { percent: 4 } });
const stop = policy({ stopLoss: { percent: 2 } });
const stopSide = (order: OrderId): OrderId => `${order}s` as OrderId;
const held = (engine: Bench): string => formatFixed(engine.books.markets.get(AAPL)!.position.quantity);

describe('agents want out', () => {
  const leaving = () => {
    const made = entered(both, { opinions: ['up', 'flat'] });
    expect(words(made.engine.candle(101, 101, 101))).toEqual([`cancel ${made.order}`]);
    return made;
  };

  test('what protects is cancelled first, and what is left is sold when both have ended', () => {
    const { engine, order } = leaving();
    expect(words(engine.ended(order))).toEqual([]);
    expect(words(engine.ended(stopSide(order)))).toEqual(['sell 100 market day']);
    expect(engine.last[0]?.verdict).toMatchObject({ intent: { exit: undefined, deployments: ['one'] } });
    expect(engine.last[0]?.summary).toContain('scripted flat');
    expect(words(engine.fillOf(engine.newest(), 'sell', '100', '101'))).toEqual([]);
    expect(engine.books.markets.get(AAPL)).toMatchObject({ leaving: undefined, held: 0 });
  });

  test('what fills on the way is not sold twice', () => {
    const { engine, order } = leaving();
    engine.fillOf(order, 'sell', '30', '104');
    engine.ended(stopSide(order));
    expect(words(engine.ended(order))).toEqual(['sell 70 market day']);
  });

  test('when all of it fills on the way nothing is left to sell', () => {
    const { engine, order } = leaving();
    expect(words(engine.fillOf(stopSide(order), 'sell', '100', '98'))).toEqual([]);
    expect(words(engine.ended(order))).toEqual([]);
    expect(engine.books.markets.get(AAPL)).toMatchObject({ leaving: undefined, held: 0, openOrders: [] });
  });

  test('a cancel that is refused is asked after, and nothing is sold before the answer', () => {
    const { engine, order } = leaving();
    expect(words(engine.happen({ kind: 'cancelRefused', order, reason: 'busy' }))).toEqual([]);
    expect(engine.happen({ kind: 'tick' }, plus(engine.at, 3 * SECOND_MS))).toMatchObject(
      [order, stopSide(order)].map((id) => ({ kind: 'ask', order: id })),
    );
    expect(words(engine.candle(101, 101, 101))).toEqual([]);
  });

  test('opinions that come meanwhile change nothing any more', () => {
    const { engine, order } = entered(stop, { opinions: ['up', 'flat', 'up'] });
    engine.candle(101, 101, 101);
    expect(words(engine.candle(101, 101, 101))).toEqual([]);
    expect(engine.last).toEqual([]);
    expect(words(engine.ended(order))).toEqual(['sell 100 market day']);
  });

  test('the other side is entered when the position is gone', () => {
    const { engine, order } = entered(stop, { opinions: ['up', 'down'], more: { mayShort: true } });
    engine.candle(101, 101, 101);
    engine.ended(order);
    engine.fillOf(engine.newest(), 'sell', '100', '101');
    expect(words(engine.candle(101, 101, 101))).toEqual(['sell 99 market day']);
  });

  test('also when it was the stop that sold', () => {
    const { engine, order } = entered(stop, { opinions: ['up', 'down'], more: { mayShort: true } });
    engine.candle(101, 101, 101);
    engine.fillOf(order, 'sell', '100', '98');
    expect(words(engine.candle(98, 98, 98))).toEqual(['sell 101 market day']);
  });
});

test('a closing order that is refused is tried again a minute later, and not before', () => {
  const { engine, order } = entered(stop, { opinions: ['up', 'flat'] });
  engine.candle(101, 101, 101);
  engine.ended(order);
  engine.happen({ kind: 'orderRejected', order: engine.newest(), code: '403', reason: 'no' });
  expect(words(engine.happen({ kind: 'tick' }, plus(engine.at, 59 * SECOND_MS)))).toEqual([]);
  expect(words(engine.happen({ kind: 'tick' }, plus(engine.at, SECOND_MS)))).toEqual(['sell 100 market day']);
});

describe('the kill switch', () => {
  const engage = (engine: Bench, level: 'reduceOnly' | 'halt' | 'cancelOpening' | 'cancelAll' | 'flatten') =>
    words(engine.happen({ kind: 'killEngaged', level, by: 'test', reason: 'test' }));
  const release = (engine: Bench) =>
    words(engine.happen({ kind: 'killReleased', by: 'test', note: 'test', latchId: engine.books.kill.latchId }));

  test.each(['reduceOnly', 'halt', 'cancelOpening'] as const)('%s leaves what protects where it is', (level) => {
    const { engine } = entered(both);
    expect(engage(engine, level)).toEqual(['alert killEngaged']);
    expect(words(engine.happen({ kind: 'tick' }))).toEqual([]);
  });

  test('reduceOnly lets new protection out, halt does not', () => {
    for (const [level, expected] of [
      ['reduceOnly', ['sell 100 stop 98 gtc']],
      ['halt', []],
    ] as const) {
      const { engine } = entered(stop);
      engage(engine, level);
      // The broker's day is over for it.
      const commands = engine.ended(engine.newest(), 'expired');
      expect(words(commands)).toEqual(expected);
      if (level === 'halt') expect(engine.last).toEqual([]);
    }
  });

  test('what agents want at halt is done at the release; until then the protection stays', () => {
    const { engine, order } = entered(stop, { opinions: ['up', 'flat'] });
    engage(engine, 'halt');
    expect(words(engine.candle(101, 101, 101))).toEqual([]);
    expect(words(engine.candle(97, 97, 97))).toEqual([]);
    expect(engine.last).toEqual([]);
    expect(release(engine)).toEqual([`cancel ${order}`]);
    expect(words(engine.ended(order))).toEqual(['sell 100 market day']);
  });

  test('cancelAll takes it off, and a release puts it back', () => {
    const { engine, order } = entered(both);
    expect(engage(engine, 'cancelAll')).toEqual(['alert killEngaged', `cancel ${order}`]);
    engine.ended(order);
    expect(words(engine.ended(stopSide(order)))).toEqual([]);
    expect(words(engine.candle(90, 90, 90))).toEqual([]);
    expect(words(engine.candle(99, 99, 99))).toEqual([]);
    expect(release(engine)).toEqual(['sell 100 oco 98 104 gtc']);
  });

  test('what was passed meanwhile is left at the release', () => {
    const { engine, order } = entered(stop);
    engage(engine, 'cancelAll');
    engine.ended(order);
    engine.candle(90, 90, 90);
    expect(release(engine)).toEqual(['sell 100 market day']);
  });

  test('flatten cancels it first, then closes what is left', () => {
    const { engine, order } = entered(both);
    expect(engage(engine, 'flatten')).toEqual(['alert killEngaged', `cancel ${order}`]);
    engine.fillOf(order, 'sell', '25', '104');
    engine.ended(order);
    expect(words(engine.ended(stopSide(order)))).toEqual(['sell 75 market day']);
    expect(words(engine.fillOf(engine.newest(), 'sell', '75', '99'))).toEqual([]);
    expect(held(engine)).toBe('0');
  });

  test('when the daemon stops and withdraws its orders, what protects stays', () => {
    const { engine } = entered(both);
    expect(words(engine.happen({ kind: 'stopping', reason: 'test', cancelOrders: true }))).toEqual([]);
  });
});

describe('after a restart', () => {
  const started: Event = { kind: 'started', version: 'test', plan: 'p' };
  const reborn = (engine: Bench): Bench['books'] => restore(decode(encode(snapshotOf(engine.books))), engine.plan, true);

  test('protection that is there is kept, and asked for', () => {
    const { engine, order } = entered(both);
    const commands = engine.happen(started);
    // The stop-loss has no name of ours at the broker, so it is asked for by the broker's.
    const [named, nameless] = commands;
    expect(named).toEqual({ kind: 'ask', order });
    expect(nameless).toEqual({ kind: 'ask', order: stopSide(order), brokerId: engine.books.orders.get(stopSide(order))!.brokerId });
    expect(nameless).toHaveProperty('brokerId', expect.any(String));
    expect(words(agree(engine))).toEqual([]);
  });

  test('protection that ended while nobody was there is given anew, at the levels as they were', () => {
    const { engine, order } = entered(policy({ trailingStop: { percent: 3 } }));
    engine.candle(109, 110, 108);
    const books = reborn(engine);
    const turn = newTurn();
    const happen = (event: Event, at = engine.at) => {
      step(books, engine.plan, event, at, turn);
      const { commands } = given(turn);
      Object.assign(turn, newTurn());
      return words(commands);
    };
    happen(started);
    // Nothing is decided before the books were compared.
    expect(happen({ kind: 'orderSeen', view: view(order, 'expired', { side: 'sell' }) })).toEqual([]);
    const positions = [{ symbol: AAPL, quantity: books.markets.get(AAPL)!.position.quantity, averageEntryPrice: 100n as never }];
    const agreed = statement({ asOf: plus(engine.at, 1), cash: books.cash, positions });
    expect(happen({ kind: 'statement', statement: agreed }, plus(engine.at, 2))).toEqual(['sell 100 stop 106.7 gtc']);
  });

  test('a position that the first statement brings is protected from then on', () => {
    const thePlan = plan({
      portfolios: [portfolio({ exits: stop, deployments: [{ ...portfolio().deployments[0]!, hire: scripted([]) }] })],
    });
    const books = newBooks('rtest' as RunId, thePlan);
    const turn = newTurn();
    step(books, thePlan, { kind: 'instruments', instruments: [instrument(AAPL)] }, NOON, turn);
    const positions = [{ symbol: AAPL, quantity: 7_000_000_000n as never, averageEntryPrice: 50_000_000_000n as never }];
    step(books, thePlan, { kind: 'statement', statement: statement({ positions }) }, NOON, turn);
    expect(words(turn.commands)).toEqual(['sell 7 stop 49 gtc']);
  });

  test('a process that died between the cancel and the sale goes on leaving: from the snapshot, and from the journal', () => {
    const thePlan = plan({
      portfolios: [portfolio({ exits: both, deployments: [{ ...portfolio().deployments[0]!, hire: scripted(['up', 'flat']) }] })],
    });
    const books = newBooks('rtest' as RunId, thePlan);
    const journal: Entry[] = [];
    const turn = newTurn();
    const happen = (event: Event, at = NOON) => {
      const entries = stepAll({ books, plan: thePlan, latch: new Latch(books) }, [{ event, at }], turn);
      journal.push(...entries);
      return entries.flatMap(({ commands }) => commands);
    };
    happen({ kind: 'instruments', instruments: [instrument(AAPL)] });
    happen({ kind: 'calendar', sessions: [{ date: 'd', opensAt: NOON, closesAt: plus(NOON, 1e8) }] });
    happen({ kind: 'statement', statement: statement() });
    const [entry] = placed(happen({ kind: 'bar', bar: bar(0, 100), history: false }));
    const [pair] = placed(happen({ kind: 'fill', fill: fill(entry!.order, 'buy', '100', '100') }));
    for (const id of [pair!.order, stopSide(pair!.order)])
      happen({ kind: 'orderAccepted', order: id, brokerId: `b-${id}` as BrokerOrderId });
    happen({ kind: 'bar', bar: bar(1, 101), history: false });
    const cancelled = (order: OrderId): Event => ({ kind: 'orderSeen', view: view(order, 'canceled', { side: 'sell' }) });
    const expected = { exit: undefined, deployments: ['one'], refusedAt: undefined };
    const loaded = restore(decode(encode(snapshotOf(books))), thePlan, true);
    const recovered = newBooks('rtest' as RunId, thePlan);
    for (const one of journal) reapply(recovered, thePlan, decode<Entry>(encode(one)), newTurn());
    for (const again of [loaded, recovered]) {
      expect(again.markets.get(AAPL)?.leaving).toMatchObject(expected);
      again.reconciled = true;
      const own = newTurn();
      for (const order of [pair!.order, stopSide(pair!.order)]) step(again, thePlan, cancelled(order), NOON, own);
      expect(words(own.commands)).toEqual(['sell 100 market day']);
    }
  });
});
