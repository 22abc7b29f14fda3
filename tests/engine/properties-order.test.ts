/** Fills are facts, status is a cache: whatever order the broker's words come in, the end is the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import type { BrokerOrderId, ExecutionId, OrderId } from '#server/domain/ids.ts';
import { absolute, type Price, parseQuantity, type Quantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { snapshotOf } from '#server/engine/snapshot.ts';
import { encode } from '#server/runtime/codec.ts';
import { AAPL, type Bench, bench, NOON, placed, plan, portfolio, scripted, view } from '#tests/support/builders.ts';

const ORDERED = parseQuantity('100');

interface Story {
  /** Sizes of the executions in hundredths of a share (together at most what was ordered), prices in cents. */
  readonly fills: readonly (readonly [number, number])[];
  readonly ending: 'canceled' | 'expired';
}

const story: fc.Arbitrary<Story> = fc.record({
  fills: fc.array(fc.tuple(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 9_000, max: 11_000 })), { minLength: 1, maxLength: 5 }),
  ending: fc.constantFrom('canceled' as const, 'expired' as const),
});

/** Everything the broker says of the order while it lives, in the order in which it happened, and its last word. */
function words({ fills, ending }: Story, order: OrderId, side: 'buy' | 'sell'): { all: Event[]; last: Event } {
  const all: Event[] = [{ kind: 'orderAccepted', order, brokerId: `b-${order}` as BrokerOrderId }];
  let filled = 0n;
  let clock: number = NOON;
  const seen = (status: BrokerStatus): Event => ({
    kind: 'orderSeen',
    view: view(order, status, { updatedAt: ++clock as Instant, side, quantity: ORDERED, filled: filled as Quantity }),
  });
  fills.forEach(([hundredths, cents], nth) => {
    const quantity = (BigInt(hundredths) * 10_000_000n) as Quantity;
    const execution = { executionId: `${order}-x${nth}` as ExecutionId, price: (BigInt(cents) * 10_000_000n) as Price, quantity };
    all.push(seen(filled > 0n ? 'partially_filled' : 'new'), { kind: 'fill', fill: { ...execution, order, symbol: AAPL, side, at: NOON } });
    filled += quantity;
  });
  all.push(seen('pending_cancel'));
  const last = seen(filled >= ORDERED ? 'filled' : ending);
  return { all: [...all, last], last };
}

/** Books with the order just sent: an entry, or an exit of a hundred shares. */
function begun(side: 'buy' | 'sell'): { engine: Bench; order: OrderId } {
  const hire = scripted([side === 'buy' ? 'up' : 'flat']);
  const thePlan = plan({ portfolios: [portfolio({ deployments: [{ ...portfolio().deployments[0]!, hire }] })] });
  const held = { symbol: AAPL, quantity: ORDERED, averageEntryPrice: parseQuantity('97.31') as bigint as Price };
  const engine = bench(thePlan, side === 'buy' ? {} : { positions: [held] });
  const { order, intent } = placed(engine.bar(100))[0]!;
  expect(intent).toMatchObject({ side, quantity: ORDERED });
  return { engine, order };
}

/** What the books say when all is said, without the traces of how often and when it was said. */
function ended({ books }: Bench) {
  const snapshot = snapshotOf(books);
  const orders = snapshot.orders.map(({ askedAt, updatedAt, executions, ...order }) => ({
    ...order,
    executions: executions.toSorted((a, b) => a.executionId.localeCompare(b.executionId)),
  }));
  const { seq, ...rest } = { ...snapshot, orders };
  return { ...rest, markets: rest.markets.map(({ reconsider, ...market }) => market), open: books.openOrderCount };
}

const positionOf = (books: ReturnType<typeof ended>) => books.markets[0]!.position;

/** Places at which words are said: each at least once, some again. */
const hearing = fc.array(fc.nat(1_000), { minLength: 20, maxLength: 40 });

function shuffled<T>(all: readonly T[], places: readonly number[]): T[] {
  const said: T[] = [];
  all.forEach((one, nth) => {
    said.splice((places[nth] ?? 0) % (said.length + 1), 0, one);
  });
  for (const place of places.slice(all.length)) said.splice(place % (said.length + 1), 0, all[place % all.length] as T);
  return said;
}

test.each(['buy', 'sell'] as const)(
  'any permutation and duplication of the words about a %s, and then its last word, end in the same books',
  (side) => {
    fc.assert(
      fc.property(story, hearing, (ofStory, places) => {
        const [straight, crooked] = [begun(side), begun(side)];
        const { all, last } = words(ofStory, straight.order, side);
        for (const event of all) straight.engine.happen(event);
        for (const event of [...shuffled(all, places), last]) {
          crooked.engine.happen(event);
          expect(inconsistency(crooked.engine.books)).toBeUndefined();
        }
        const [one, other] = [ended(straight.engine), ended(crooked.engine)];
        expect(other.open).toBe(0);
        // The cost of what was closed in part is rounded at each part, so its last billionths know the order of the parts.
        if (side === 'sell') {
          const [straightly, crookedly] = [positionOf(one), positionOf(other)];
          expect(absolute(straightly.cost - crookedly.cost) <= 5n).toBe(true);
          expect(straightly.realised - straightly.cost).toBe(crookedly.realised - crookedly.cost);
          for (const position of [straightly, crookedly]) Object.assign(position, { cost: 0n, realised: 0n });
        }
        expect(encode(other)).toBe(encode(one));
      }),
      { numRuns: 300 },
    );
  },
);

test('words that were lost are made up for by the fills, fetched, and the last word', () => {
  fc.assert(
    fc.property(story, hearing, fc.nat(), (ofStory, places, mask) => {
      const [straight, deaf] = [begun('buy'), begun('buy')];
      const { all, last } = words(ofStory, straight.order, 'buy');
      for (const event of all) straight.engine.happen(event);
      const heard = shuffled(all, places).filter((_, nth) => ((mask >> (nth % 31)) & 1) === 1);
      for (const event of heard) deaf.engine.happen(event);
      const fetched = all.filter((event) => event.kind === 'fill');
      for (const event of [...fetched, last]) deaf.engine.happen(event);
      expect(encode(ended(deaf.engine))).toBe(encode(ended(straight.engine)));
    }),
    { numRuns: 300 },
  );
});
