/** Rows that have become too long: entries that came to nothing, and the same entry again and again. */
import { expect, test } from 'vitest';
import type { DeploymentId } from '#server/domain/ids.ts';
import type { Limits } from '#server/domain/limits.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { removeLock } from '#server/engine/locks.ts';
import { AAPL, type Bench, bench, fill, placed, plan, portfolio, scripted, view } from '#tests/support/builders.ts';

/** It wants in and out at every other bar. */
function nervous(limits: Partial<Limits>): Bench {
  const opinions = Array.from({ length: 40 }, (_, nth) => (nth % 2 === 0 ? ('up' as const) : ('flat' as const)));
  const deployments = [{ id: 'one' as DeploymentId, agent: 'scripted', weight: 1, timeframe: MINUTE, hire: scripted(opinions) }];
  return bench(plan({ portfolios: [portfolio({ deployments })], limits: { maxOrdersPerMinute: 100, ...limits } }));
}

/** The next order that it gives. */
function next(engine: Bench) {
  const [order] = placed(engine.bar(100));
  expect(order).toBeDefined();
  return order!;
}

/** An entry and its exit, both filled. */
function roundTrip(engine: Bench): void {
  for (const side of ['buy', 'sell'] as const) {
    const { order, intent } = next(engine);
    expect(intent.side).toBe(side);
    engine.happen({ kind: 'fill', fill: { ...fill(order, side, '1', '100'), quantity: intent.quantity } });
  }
}

const reject = (engine: Bench): void => {
  const { order } = next(engine);
  engine.happen({ kind: 'orderRejected', order, code: '403', reason: 'no' });
  // Out of turn: its agent says "flat" to nothing held.
  engine.bar(100);
};

test('entries that the broker refuses in a row close the latch at reduceOnly; a release begins the row anew', () => {
  const engine = nervous({ maxRejectedOrders: 3 });
  reject(engine);
  reject(engine);
  expect(engine.books.kill.level).toBe('armed');
  reject(engine);
  expect(engine.books.kill).toMatchObject({ level: 'reduceOnly', by: 'risk.rejectedOrders' });
  engine.happen({ kind: 'killReleased', by: 'test', note: 'mended', latchId: engine.books.kill.latchId });
  expect(engine.books.risk).toMatchObject({ rejectedInRow: 0, unfilledInRow: 0 });
  reject(engine);
  expect(engine.books.kill.level).toBe('armed');
});

test('one that fills ends the row', () => {
  const engine = nervous({ maxRejectedOrders: 2, maxUnfilledOrders: 2 });
  reject(engine);
  roundTrip(engine);
  expect(engine.books.risk).toMatchObject({ rejectedInRow: 0, unfilledInRow: 0 });
  reject(engine);
  expect(engine.books.kill.level).toBe('armed');
});

test('entries that end with nothing filled count, whoever ended them; a refusal of our own is none of the broker', () => {
  const engine = nervous({ maxUnfilledOrders: 3 });
  const first = next(engine);
  engine.happen({ kind: 'orderSeen', view: view(first.order, 'canceled') });
  engine.bar(100);
  const second = next(engine);
  engine.happen({ kind: 'orderRejected', order: second.order, code: 'KILL_LATCH', reason: 'closed' });
  engine.bar(100);
  expect(engine.books.risk).toMatchObject({ rejectedInRow: 0, unfilledInRow: 2 });
  reject(engine);
  expect(engine.books.kill).toMatchObject({ level: 'reduceOnly', by: 'risk.unfilledOrders' });
});

test('the entry after the last that is allowed is refused, and locks the symbol; time alone does not open it again', () => {
  const engine = nervous({ maxRepeatedOrders: 2 });
  roundTrip(engine);
  roundTrip(engine);
  expect(engine.books.locks).toEqual([]);
  expect(placed(engine.bar(100))).toEqual([]);
  expect(engine.last[0]?.verdict).toMatchObject({ kind: 'refused', because: [{ rule: 'repeatedOrders' }] });
  expect(engine.books.locks).toMatchObject([{ scope: { kind: 'symbol', symbol: AAPL }, cause: 'repeatedOrders', until: undefined }]);
  for (let minute = 0; minute < 31; minute++) expect(placed(engine.bar(100))).toEqual([]);
  expect(engine.books.locks).toHaveLength(1);
  removeLock(engine.books, 1);
  expect([engine.bar(100), engine.bar(100)].flatMap(placed)).toHaveLength(1);
});
