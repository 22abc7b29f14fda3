/** What a level has begun is brought to its end: over refusals, closed markets and restarts, until the broker has said so. */
import { expect, test } from 'vitest';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import type { EngagedLevel } from '#server/domain/kill.ts';
import { plus } from '#server/domain/time.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { step } from '#server/engine/step.ts';
import { newTurn } from '#server/engine/turn.ts';
import { AAPL, bench, fill, NOON, placed, statement } from '#tests/support/builders.ts';

const MINUTE_MS = 60_000;
const engaged = (level: EngagedLevel) => ({ kind: 'killEngaged', level, by: 'operator', reason: 'test' }) as const;

function holding() {
  const engine = bench();
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'orderAccepted', order: entry!.order, brokerId: 'b1' as BrokerOrderId });
  engine.happen({ kind: 'fill', fill: fill(entry!.order, 'buy', '100', '100') });
  return engine;
}

test('flatten while the market is closed: refused again and again, given again at each tick, done when it opens', () => {
  const engine = holding();
  let [close] = placed(engine.happen(engaged('flatten')));
  for (let nth = 1; nth <= 50; nth++) {
    engine.happen({ kind: 'orderRejected', order: close!.order, code: '42210000', reason: 'the market is closed' });
    [close] = placed(engine.happen({ kind: 'tick' }, plus(engine.at, MINUTE_MS)));
    expect(close?.intent, `after refusal ${nth}`).toMatchObject({ side: 'sell', purpose: 'reduce' });
  }
  engine.happen({ kind: 'fill', fill: fill(close!.order, 'sell', '100', '98') });
  expect(engine.books.markets.get(AAPL)!.position.quantity).toBe(0n);
  expect(placed(engine.happen({ kind: 'tick' }))).toEqual([]);
});

test('a flatten that was refused every second took the requests that cancels need: it rests for five seconds, over a restart too', () => {
  const engine = holding();
  const [close] = placed(engine.happen(engaged('flatten')));
  const refusedAt = engine.at;
  engine.happen({ kind: 'orderRejected', order: close!.order, code: '42210000', reason: 'halted' });
  for (const afterMs of [1, 1_000, 4_999]) expect(placed(engine.happen({ kind: 'tick' }, plus(refusedAt, afterMs)))).toEqual([]);
  const books = restore(snapshotOf(engine.books), engine.plan, true);
  expect(books.markets.get(AAPL)!.flattenRefusedAt).toBe(refusedAt);
  expect(placed(engine.happen({ kind: 'tick' }, plus(refusedAt, 5_000)))).toMatchObject([{ intent: { side: 'sell', purpose: 'reduce' } }]);
});

test('flatten goes on after a restart from a snapshot, once the books were compared', () => {
  const engine = holding();
  const [close] = placed(engine.happen(engaged('flatten')));
  engine.happen({ kind: 'orderRejected', order: close!.order, code: '42210000', reason: 'the market is closed' });
  const books = restore(snapshotOf(engine.books), engine.plan, true);
  const turn = newTurn();
  const happen = (event: Parameters<typeof step>[2], afterMs: number) => {
    turn.commands.length = 0;
    step(books, engine.plan, event, plus(engine.at, afterMs), turn);
    return [...turn.commands];
  };
  happen({ kind: 'started', version: '0', plan: '' }, 1_000);
  expect(placed(happen({ kind: 'tick' }, 2_000))).toEqual([]);
  const [position] = [...engine.books.markets.values()].map(({ position: held }) => held);
  const view = { symbol: AAPL, quantity: position!.quantity, averageEntryPrice: 100_000_000_000n as never };
  const agreed = statement({ cash: books.cash, positions: [view], asOf: plus(engine.at, 6_000) });
  expect(placed(happen({ kind: 'statement', statement: agreed }, 6_500))).toMatchObject([{ intent: { side: 'sell', purpose: 'reduce' } }]);
});

test('an order is not over because a cancel was taken: it is asked for until the broker says so, and cancelled again where it lives', () => {
  const engine = bench();
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'orderAccepted', order: entry!.order, brokerId: 'b1' as BrokerOrderId });
  engine.happen(engaged('cancelOpening'));
  engine.happen({ kind: 'cancelAccepted', order: entry!.order });
  expect(engine.books.openOrderCount).toBe(1);
  let repeated = 0;
  for (let nth = 0; nth < 20; nth++) {
    const commands = engine.happen({ kind: 'tick' }, plus(engine.at, MINUTE_MS));
    repeated += commands.filter(({ kind }) => kind === 'cancel' || kind === 'ask').length;
  }
  expect(repeated).toBeGreaterThan(2);
});

test('orders of others that cancelAll did not reach are cancelled at each statement that lists them; at sever nothing is', () => {
  const engine = bench();
  const { quantity } = { quantity: 1_000_000_000n as never };
  const view = {
    ...{
      id: 'by hand' as OrderId,
      brokerId: 'b7' as BrokerOrderId,
      symbol: AAPL,
      side: 'buy' as const,
      brokerStatus: 'new',
      updatedAt: NOON,
    },
    ...{ quantity, filled: 0n as never, averageFillPrice: undefined },
  } as const;
  const listed = (ms: number) => ({ kind: 'statement', statement: statement({ openOrders: [view], asOf: plus(NOON, ms) }) }) as const;
  const cancels = (ms: number) => engine.happen(listed(ms)).filter(({ kind }) => kind === 'cancel');
  engine.happen(engaged('cancelOpening'));
  expect(cancels(1)).toEqual([]);
  engine.happen(engaged('cancelAll'));
  expect(cancels(2)).toEqual([{ kind: 'cancel', order: 'by hand', brokerId: 'b7' }]);
  expect(cancels(3)).toHaveLength(1);
  engine.happen(engaged('sever'));
  expect(cancels(4)).toEqual([]);
});
