/** What simulated days have found in the engine, each by the name of the defect. */
import { describe, expect, test } from 'vitest';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { formatFixed, parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { type Instant, MINUTE_MS, plus, SECOND_MS } from '#server/domain/time.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, alerts, type Bench, bench, fill, NOON, placed, statement, view } from '#tests/support/builders.ts';

test('lists that were some seconds behind were taken over three times in a second, against a fill that we held', () => {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  const filledAt = engine.at;
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  const asBefore = (afterMs: number) => {
    const asOf = plus(filledAt, afterMs);
    return engine.happen({ kind: 'statement', statement: statement({ asOf, cash: parseMoney('100000') }) }, asOf);
  };
  for (const afterMs of [500, 1_000, 2_000, 5_000, 9_000]) {
    const commands = asBefore(afterMs);
    expect(alerts(commands)).toEqual([]);
    // Until the lists have caught up, or until they have had the time to.
    expect(commands).toContainEqual({ kind: 'reconcile' });
  }
  expect(engine.books.kill.level).toBe('armed');
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('100');
  asBefore(10_000);
  asBefore(11_000);
  expect(alerts(asBefore(12_000))).toContain('booksDiffer');
});

test('a market order that never arrived and shares that were journalled in waited for each other for ever', () => {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  engine.happen({ kind: 'orderUnknown', order, reason: 'HTTP 500' });
  const held = { symbol: AAPL, quantity: parseQuantity('5'), averageEntryPrice: parsePrice('90') };
  const told: string[] = [];
  const state = () => ({ status: engine.books.orders.get(order)?.status, reconciled: engine.books.reconciled });
  for (let nth = 0; nth < 12; nth++) {
    engine.happen({ kind: 'orderNotFound', order }, plus(engine.at, 10_000));
    told.push(...alerts(engine.happen({ kind: 'statement', statement: statement({ asOf: engine.at, positions: [held] }) })));
  }
  expect(told).toEqual(expect.arrayContaining(['booksDiffer']));
  expect(state()).toEqual({ status: 'rejected', reconciled: true });
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('5');
});

test('a market order that waits for the open kept shares that were moved on the account from being found until then', () => {
  const engine = bench();
  engine.bar(100);
  // The session is over, and the order waits for the next one.
  const [today, tomorrow] = ['2026-03-18', '2026-03-19'];
  const session = (date: string, opensAt: number, closesAt: number) => ({
    date,
    opensAt: plus(NOON, opensAt),
    closesAt: plus(NOON, closesAt),
  });
  const sessions = [session(today!, -60 * MINUTE_MS, 2 * MINUTE_MS), session(tomorrow!, 60 * MINUTE_MS, 400 * MINUTE_MS)];
  engine.happen({ kind: 'calendar', sessions });
  const moved = { symbol: AAPL, quantity: parseQuantity('5'), averageEntryPrice: parsePrice('90') };
  const compared = (afterMs: number) => {
    const asOf = plus(NOON, afterMs);
    return engine.happen({ kind: 'statement', statement: statement({ asOf, positions: [moved] }) }, asOf);
  };
  // What differs in the session, or just after it, may be its fill.
  for (const seconds of [100, 110, 119, 121, 129]) expect(alerts(compared(seconds * SECOND_MS))).toEqual([]);
  const told = [131, 132, 133].map((seconds) => compared(seconds * SECOND_MS));
  expect(told.map(alerts)).toEqual([[], [], ['booksDiffer', 'killEngaged']]);
  expect(told[0]).toContainEqual({ kind: 'reconcile' });
  // From the open on it may be filled again.
  engine.books.kill = { ...engine.books.kill, level: 'armed' };
  for (const minute of [61, 62, 63, 64]) {
    const asOf = plus(NOON, minute * MINUTE_MS);
    expect(alerts(engine.happen({ kind: 'statement', statement: statement({ asOf }) }, asOf))).toEqual([]);
  }
});

test('what differed was left to the timer when something was traded before it was looked at again', () => {
  const engine = bench();
  const differs = (asOf: Instant, at: Instant) =>
    engine.happen({ kind: 'statement', statement: statement({ asOf, cash: parseMoney('5') }) }, at);
  expect(differs(plus(NOON, 20_000), plus(NOON, 20_000))).toContainEqual({ kind: 'reconcile' });
  const { order } = placed(engine.bar(100))[0]!;
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  expect(differs(plus(engine.at, -1_000), engine.at)).toEqual([{ kind: 'reconcile' }]);
});

test('after a restart the executions of a stop-loss in whose place another one stood were counted again, as a stranger’s', () => {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  const told = fill(order, 'buy', '100', '100');
  engine.happen({ kind: 'fill', fill: told });
  const again = engine.happen({ kind: 'fill', fill: { ...told, order: '0dbf56ff-7694-4335-a91b-f909a3eef5dd' as OrderId } });
  expect(alerts(again)).toEqual([]);
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('100');
});

describe('an execution that was told as a stranger’s, and after a restart under our own name, was counted twice', () => {
  const BROKERS = '0dbf56ff-7694-4335-a91b-f909a3eef5dd' as OrderId;
  const begun = () => {
    const engine = bench();
    const { order } = placed(engine.bar(100))[0]!;
    const told = fill(order, 'buy', '100', '100');
    engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
    engine.happen({ kind: 'fill', fill: { ...told, order: BROKERS } });
    const held = () => formatFixed(engine.books.markets.get(AAPL)!.position.quantity);
    const of = (id: OrderId) => {
      const { status, filled, executions } = engine.books.orders.get(id)!;
      return [status, formatFixed(filled), executions.map(({ executionId }) => executionId)];
    };
    return { engine, order, told, held, of };
  };
  const restarted = ({ engine }: ReturnType<typeof begun>): Bench => {
    const books = restore(decode(encode(snapshotOf(engine.books))) as never, engine.plan, true);
    const next = bench();
    Object.assign(next.books, books);
    next.at = engine.at;
    next.happen({ kind: 'started', version: '0', plan: '' });
    return next;
  };

  test('it moves to our order, which ends by it', () => {
    const one = begun();
    const engine = restarted(one);
    const said = engine.happen({ kind: 'fill', fill: one.told });
    expect(alerts(said)).toEqual([]);
    const { books } = engine;
    expect(formatFixed(books.markets.get(AAPL)!.position.quantity)).toBe('100');
    expect(formatFixed(books.cash)).toBe('90000');
    expect(books.orders.get(one.order)).toMatchObject({ status: 'filled', executions: [{ executionId: one.told.executionId }] });
    expect(books.orders.get(BROKERS)).toMatchObject({ status: 'filled', executions: [], filled: 0n, quantity: 0n });
    expect(inconsistency(books)).toBeUndefined();
    // Told again under either name it is old.
    for (const order of [one.order, BROKERS]) engine.happen({ kind: 'fill', fill: { ...one.told, order } });
    expect(formatFixed(books.markets.get(AAPL)!.position.quantity)).toBe('100');
  });

  test('without a restart too', () => {
    const { engine, order, told, held, of } = begun();
    engine.happen({ kind: 'fill', fill: told });
    expect([held(), of(order)]).toEqual(['100', ['filled', '100', [told.executionId]]]);
  });

  test('and where it is never told under our name, nothing is inferred beside it', () => {
    const { engine, order, held, of } = begun();
    const word = view(order, 'filled', { brokerId: BROKERS as string as BrokerOrderId, filled: parseQuantity('100') });
    engine.happen({ kind: 'orderSeen', view: word, asked: true });
    engine.at = plus(engine.at, 40_000);
    const positions = [{ symbol: AAPL, quantity: parseQuantity('100'), averageEntryPrice: parsePrice('100') }];
    const said = engine.happen({ kind: 'statement', statement: statement({ asOf: engine.at, positions, cash: parseMoney('90000') }) });
    expect(alerts(said)).toEqual([]);
    expect([held(), of(order)[0], of(order)[1]]).toEqual(['100', 'filled', '100']);
  });
});
