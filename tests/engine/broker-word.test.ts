/** What the broker says of one order, in any order, twice, or not at all; and what it says that can not be. */
import { describe, expect, test } from 'vitest';
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import type { BrokerOrderId, ExecutionId } from '#server/domain/ids.ts';
import { formatFixed, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { OrderView } from '#server/domain/statement.ts';
import { plus } from '#server/domain/time.ts';
import { grossExposureOf } from '#server/domain/valuation.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { alerts, bench, fill, NOON, placed, statement, view } from '#tests/support/builders.ts';

/** An entry for 100 shares that the broker has taken; it is said to be whatever comes next. */
function entered() {
  const engine = bench();
  const [entry] = placed(engine.bar(100));
  const { order } = entry!;
  engine.happen({ kind: 'orderAccepted', order, brokerId: `b-${order}` as BrokerOrderId });
  const at = (ms: number, word: string, changes: Partial<OrderView> = {}): OrderView =>
    view(order, word as BrokerStatus, { updatedAt: plus(NOON, ms), ...changes });
  return {
    engine,
    order,
    said: (ms: number, word: string, changes: Partial<OrderView> = {}) => engine.happen({ kind: 'orderSeen', view: at(ms, word, changes) }),
    answered: (ms: number, word: string, changes: Partial<OrderView> = {}) =>
      engine.happen({ kind: 'orderSeen', view: at(ms, word, changes), asked: true }),
    filled: (quantity: string) => engine.happen({ kind: 'fill', fill: fill(order, 'buy', quantity, '100') }),
    status: () => engine.books.orders.get(order)?.status,
    known: () => engine.books.orders.get(order)!,
    exposure: () => formatFixed(grossExposureOf(engine.books)),
  };
}

describe('which of two words is newer is told by the broker, and not by the wire', () => {
  test('an older word changes nothing, not even as an answer', () => {
    const { said, answered, status, known } = entered();
    said(5, 'pending_cancel');
    said(1, 'new');
    answered(2, 'new');
    expect([status(), known().broker?.status]).toEqual(['cancelling', 'pending_cancel']);
    said(6, 'new');
    expect(status()).toBe('working');
  });

  test('a snapshot from before a fill takes nothing back', () => {
    const { said, filled, known } = entered();
    filled('40');
    said(2, 'partially_filled', { filled: parseQuantity('40'), averageFillPrice: parsePrice('100') });
    said(1, 'new', { filled: parseQuantity('0') });
    expect(known().broker).toMatchObject({ status: 'partially_filled', filled: parseQuantity('40'), averageFillPrice: parsePrice('100') });
  });

  test('an end is an end, whatever is said of the time before it', () => {
    const { said, answered, status } = entered();
    said(5, 'canceled');
    for (const word of ['new', 'pending_cancel', 'partially_filled']) said(4, word);
    answered(4, 'new');
    expect(status()).toBe('cancelled');
  });
});

describe('a word that can not follow', () => {
  test('is not believed: exposure stays reserved, it is told once, and the broker is asked', () => {
    const { said, filled, order, status, exposure, known } = entered();
    filled('40');
    said(1, 'partially_filled', { filled: parseQuantity('40') });
    const commands = said(2, 'rejected', { filled: parseQuantity('40') });
    expect(alerts(commands)).toEqual(['brokerContradicts']);
    expect(commands).toContainEqual({ kind: 'ask', order });
    expect([status(), exposure(), known().contradiction]).toEqual(['unknown', '10000', 'rejected']);
    expect(alerts(said(3, 'rejected', { filled: parseQuantity('40') }))).toEqual([]);
  });

  test('is believed when the broker, asked, repeats it', () => {
    const { said, answered, filled, status, exposure } = entered();
    filled('40');
    said(1, 'partially_filled', { filled: parseQuantity('40') });
    said(2, 'rejected', { filled: parseQuantity('40') });
    answered(2, 'rejected', { filled: parseQuantity('40') });
    expect([status(), exposure()]).toEqual(['rejected', '4000']);
  });

  test('of an order that had ended brings it back into the books until the broker has answered', () => {
    const { engine, said, answered, status, exposure } = entered();
    said(1, 'canceled');
    expect(exposure()).toBe('0');
    said(2, 'new');
    expect([status(), exposure(), engine.books.openOrderCount]).toEqual(['unknown', '10000', 1]);
    expect(inconsistency(engine.books)).toBeUndefined();
    answered(1, 'canceled');
    expect([status(), exposure(), engine.books.openOrderCount]).toEqual(['cancelled', '0', 0]);
    expect(inconsistency(engine.books)).toBeUndefined();
  });

  test('facts that come with it count all the same', () => {
    const { engine, said, filled, status, order } = entered();
    filled('40');
    said(1, 'partially_filled', { filled: parseQuantity('40') });
    expect(said(2, 'new', { filled: parseQuantity('70') })).toContainEqual({ kind: 'reconcile' });
    filled('30');
    filled('30');
    expect([status(), engine.books.orders.get(order)?.contradiction]).toEqual(['filled', 'new']);
  });
});

test.each(['stopped', 'suspended', 'held', 'calculated', 'done_for_day', 'pending_replace', 'a word of tomorrow'])(
  '%s counts as exposure',
  (word) => {
    const { said, exposure, status } = entered();
    const commands = said(1, word);
    expect([exposure(), status()]).toEqual(['10000', 'working']);
    expect(alerts(commands)).toEqual(word === 'a word of tomorrow' ? ['brokerContradicts'] : []);
    expect(alerts(said(2, word))).toEqual([]);
  },
);

test('a refusal of what was seen is not believed: it is told, and the broker is asked', () => {
  const { engine, said, order, status } = entered();
  said(1, 'new');
  const commands = engine.happen({ kind: 'orderRejected', order, code: '403', reason: 'insufficient buying power' });
  expect(commands).toContainEqual({ kind: 'ask', order });
  expect([status(), ...alerts(commands)]).toEqual(['working', 'brokerContradicts']);
});

test('an execution told again with another quantity: the first telling counts, it is told, and the broker is asked', () => {
  const { engine, order, exposure } = entered();
  const first = fill(order, 'buy', '40', '100');
  engine.happen({ kind: 'fill', fill: first });
  expect(engine.happen({ kind: 'fill', fill: first })).toEqual([]);
  const commands = engine.happen({ kind: 'fill', fill: { ...first, quantity: parseQuantity('60') } });
  expect([alerts(commands), exposure()]).toEqual([['brokerContradicts'], '10000']);
  expect(commands).toContainEqual({ kind: 'ask', order });
  expect(formatFixed(engine.books.orders.get(order)!.filled)).toBe('40');
});

test('the same numbers under another id are another execution', () => {
  const { engine, order, known } = entered();
  const first = fill(order, 'buy', '40', '100');
  for (const executionId of ['one', 'two'] as ExecutionId[]) engine.happen({ kind: 'fill', fill: { ...first, executionId } });
  expect(formatFixed(known().filled)).toBe('80');
});

test('a fill after the end counts, and is told', () => {
  const { engine, said, filled, status } = entered();
  said(1, 'canceled');
  expect(alerts(filled('40'))).toEqual(['lateFill']);
  expect([status(), formatFixed(engine.books.markets.get(engine.books.orders.values().next().value!.symbol)!.position.quantity)]).toEqual([
    'cancelled',
    '40',
  ]);
  expect(inconsistency(engine.books)).toBeUndefined();
});

describe('a cancel that is refused', () => {
  /** The order is working, and the operator wants everything gone. */
  function refusing() {
    const one = entered();
    one.said(1, 'new');
    const { engine, order } = one;
    const cancels = (commands: readonly { readonly kind: string }[]) => commands.filter(({ kind }) => kind === 'cancel').length;
    return { ...one, cancels, refuse: () => engine.happen({ kind: 'cancelRefused', order, reason: '422' }) };
  }

  test('means that the broker is asked, and neither that it lives nor that it ended', () => {
    const { engine, refuse, status, order, exposure } = refusing();
    engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' });
    expect(refuse()).toEqual([{ kind: 'ask', order }]);
    expect([status(), exposure()]).toEqual(['cancelling', '10000']);
  });

  test('is repeated four times more, ever later, as long as the broker says nothing new; then a person is told, and it is tried once in five minutes', () => {
    const { engine, refuse, answered, cancels, status } = refusing();
    const begunAt = engine.at;
    engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' });
    const told: string[] = [];
    const sentAfter: number[] = [];
    for (let second = 0; second < 1_000; second++) {
      const commands = [refuse(), answered(1, 'new'), engine.happen({ kind: 'tick' }, plus(engine.at, 1_000))].flat();
      if (cancels(commands) > 0) sentAfter.push((engine.at - begunAt) / 1_000);
      told.push(...alerts(commands));
    }
    expect(sentAfter).toEqual([1, 3, 7, 15, 315, 615, 915]);
    expect(told).toEqual(['orderStuck']);
    expect(status()).toBe('working');
  });

  test('may be repeated again when the broker says something new', () => {
    const { engine, refuse, answered, cancels, said } = refusing();
    engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' });
    for (let second = 0; second < 100; second++) {
      refuse();
      answered(1, 'new');
      engine.happen({ kind: 'tick' }, plus(engine.at, 1_000));
    }
    expect(cancels(said(2, 'done_for_day'))).toBe(1);
  });

  test('that nobody answered goes on for as long as it takes, once a minute', () => {
    const { engine, order, answered, cancels } = refusing();
    let sent = cancels(engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' }));
    for (let second = 0; second < 3_600; second++) {
      engine.happen({ kind: 'cancelUnknown', order, reason: 'HTTP 503' });
      sent += cancels([answered(1, 'new'), engine.happen({ kind: 'tick' }, plus(engine.at, 1_000))].flat());
    }
    expect(sent).toBeGreaterThan(50);
    expect(sent).toBeLessThan(70);
  });

  test('of an order that ended meanwhile is over with the answer', () => {
    const { engine, refuse, answered, status } = refusing();
    engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' });
    refuse();
    answered(2, 'canceled');
    expect([status(), engine.books.openOrderCount]).toEqual(['cancelled', 0]);
  });
});

test('while a replacement is asked for a cancel would be refused: it is sent when that is over', () => {
  const { engine, said, order } = entered();
  said(1, 'pending_replace');
  expect(engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' }).map(({ kind }) => kind)).toEqual(['alert']);
  said(2, 'new');
  expect(engine.happen({ kind: 'tick' })).toEqual([{ kind: 'cancel', order, brokerId: `b-${order}` }]);
});

test('a cancel that hangs for a day: no second one, exposure reserved, told once, and asked after', () => {
  const { engine, said, answered, order, exposure, status } = entered();
  said(1, 'new');
  engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' });
  engine.happen({ kind: 'cancelAccepted', order });
  said(2, 'pending_cancel');
  const counts: Record<string, number> = {};
  for (let minute = 0; minute < 24 * 60; minute++) {
    const commands = [engine.happen({ kind: 'tick' }, plus(engine.at, 60_000)), answered(2, 'pending_cancel')].flat();
    for (const { kind } of commands) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  expect([status(), exposure()]).toEqual(['cancelling', '10000']);
  expect(counts).toEqual({ ask: 24 * 60, alert: 1 });
});

test.each(['pending_cancel', 'pending_replace'])(
  'a word of what is under way, "%s", that the broker takes back under the same time is not kept',
  (word) => {
    const { engine, said, answered, order, status } = entered();
    said(1, 'new');
    engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' });
    engine.happen({ kind: 'cancelAccepted', order });
    said(1, word);
    // Asked at once, the answer may be older than the word.
    answered(1, 'new');
    expect(engine.books.orders.get(order)?.broker?.status).toBe(word);
    engine.happen({ kind: 'tick' }, plus(engine.at, 10_000));
    expect(answered(1, 'new')).toContainEqual({ kind: 'cancel', order, brokerId: `b-${order}` });
    expect([status(), engine.books.orders.get(order)?.broker?.status]).toEqual(['cancelling', 'new']);
  },
);

test('a statement that lists the order is an answer like any other', () => {
  const { engine, said, order, status } = entered();
  said(1, 'new');
  engine.happen({ kind: 'killEngaged', level: 'cancelOpening', by: 'test', reason: '' });
  const listed = view(order, 'new', { updatedAt: plus(NOON, 1) });
  engine.happen(
    { kind: 'statement', statement: statement({ asOf: plus(engine.at, 10_000), openOrders: [listed] }) },
    plus(engine.at, 10_000),
  );
  // The cancel had ten seconds, and the order is listed: it is cancelled again.
  expect(status()).toBe('cancelling');
  expect(engine.books.orders.get(order)?.cancel).toMatchObject({ attempts: 2 });
});
