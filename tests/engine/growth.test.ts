/** The books stay small however long a run lasts: what has ended is forgotten, oldest first. */
import { expect, test } from 'vitest';
import type { BrokerOrderId } from '#server/domain/ids.ts';
import { formatFixed } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { snapshotOf } from '#server/engine/snapshot.ts';
import { encode } from '#server/runtime/codec.ts';
import { AAPL, bench, fill, placed, plan, portfolio, view } from '#tests/support/builders.ts';

/** Enters and leaves at each other bar, for ever. */
const restless = () => {
  let nth = 0;
  return {
    onBar: () => ({ direction: nth++ % 2 === 0 ? ('up' as const) : ('flat' as const), confidence: 1, horizonMs: undefined, reason: '' }),
    save: () => nth,
    load: (memory: never) => {
      nth = memory;
    },
  };
};

test('twenty thousand orders leave two thousand in the books, and a snapshot that grows no more', () => {
  const deployments = [{ ...portfolio().deployments[0]!, hire: restless }];
  const engine = bench(plan({ portfolios: [portfolio({ deployments })], limits: { maxPriceAgeMs: 1e12 } }));
  engine.books.sessions = [{ date: 'd', opensAt: engine.at, closesAt: plus(engine.at, 1e13) }];
  const sizes: number[] = [];
  let orders = 0;
  for (let nth = 0; nth < 20_000; nth++) {
    const [place] = placed(engine.bar(100));
    if (place === undefined) continue;
    const { order, intent } = place;
    orders++;
    engine.happen({ kind: 'orderAccepted', order, brokerId: `b-${order}` as BrokerOrderId });
    engine.happen({ kind: 'orderSeen', view: view(order, 'new', { side: intent.side }) });
    engine.happen({ kind: 'fill', fill: fill(order, intent.side, formatFixed(intent.quantity), '100') });
    if (nth % 5_000 === 4_999) sizes.push(encode(snapshotOf(engine.books)).length);
  }
  const { books } = engine;
  expect(orders).toBe(20_000);
  expect([books.orders.size, books.finished.length, books.openOrderCount, books.markets.get(AAPL)!.openOrders.length]).toEqual([
    2_000, 2_000, 0, 0,
  ]);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(sizes[0]! / 20);
  expect(inconsistency(books)).toBeUndefined();
});
