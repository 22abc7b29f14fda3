/** Pairs of which one is filled, and stops that were moved: whatever order the broker's words come in, how often, and which are lost, the end is the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BrokerStatus, isOver } from '#server/domain/broker-status.ts';
import { type BrokerOrderId, type ExecutionId, type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { parsePrice, parseQuantity, type Quantity } from '#server/domain/money.ts';
import { isFinal } from '#server/domain/order.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { encode } from '#server/runtime/codec.ts';
import { AAPL, type Bench, NOON, view } from '#tests/support/builders.ts';
import { entered, policy } from './exits-bench.ts';

const HELD = 100;
const shares = (whole: number): Quantity => parseQuantity(String(whole));

interface Story {
  /** How often the stop is moved. */
  readonly moves: number;
  /** Shares that each order sells before the next chapter: the take-profit, and the stop that is at work then. */
  readonly sold: readonly (readonly ['takeProfit' | 'stop', number])[];
  /** Who sells the rest, or that nobody does. */
  readonly ending: 'takeProfit' | 'stop' | 'canceled';
}

const story: fc.Arbitrary<Story> = fc.record({
  moves: fc.nat(2),
  sold: fc.array(fc.tuple(fc.constantFrom('takeProfit' as const, 'stop' as const), fc.integer({ min: 1, max: 20 })), { maxLength: 4 }),
  ending: fc.constantFrom('takeProfit', 'stop', 'canceled'),
});

interface Begun {
  readonly engine: Bench;
  readonly takeProfit: OrderId;
  /** The stop-loss of the pair and those that were given in its place. */
  readonly stops: readonly OrderId[];
}

/**
 * A hundred shares under a pair, whose stop was asked to move so often; of the last one nothing was said yet. The switch is at halt, so that
 * nothing new is given: the same words would then be about other orders.
 */
function begun(moves: number): Begun {
  const { engine, order: takeProfit } = entered(policy({ takeProfit: { percent: 50 }, trailingStop: { percent: 2 } }));
  const stops = [stopSideOf(takeProfit)];
  let clock: number = NOON - 1_000;
  const say = (id: OrderId, word: BrokerStatus): unknown =>
    engine.happen({ kind: 'orderSeen', view: view(id, word, { side: 'sell', updatedAt: ++clock as Instant }) });
  say(takeProfit, 'new');
  for (let nth = 0; nth < moves; nth++) {
    const before = stops.at(-1) as OrderId;
    if (nth > 0) say(stops.at(-2) as OrderId, 'replaced');
    say(before, 'held');
    const price = 104 + 4 * nth;
    const moved = engine.candle(price - 1, price, price).flatMap((command) => (command.kind === 'replace' ? [command.order] : []));
    expect(moved).toHaveLength(1);
    stops.push(...moved);
  }
  engine.happen({ kind: 'killEngaged', level: 'halt', by: 'test', reason: 'nothing new' });
  return { engine, takeProfit, stops };
}

/** What the broker says, in the order in which it happened, and its last word of each order. */
function words({ sold, ending }: Story, { takeProfit, stops }: Begun): { all: Event[]; last: Event[] } {
  const stop = stops.at(-1) as OrderId;
  const replaced = stops.at(-2);
  let clock: number = NOON;
  const filled = { takeProfit: 0, stop: 0 };
  /** What the broker still has it for; when the take-profit takes all, it is cancelled as it is. */
  let forStop = HELD;
  const rest = (): number => HELD - filled.takeProfit - filled.stop;
  const all: Event[] = [];
  const seen = (who: 'takeProfit' | 'stop', status: BrokerStatus): Event => {
    const quantity = who === 'takeProfit' ? shares(HELD) : shares(forStop);
    const changes = { side: 'sell' as const, quantity, filled: shares(filled[who]), averageFillPrice: parsePrice('100') };
    return { kind: 'orderSeen', view: view(who === 'stop' ? stop : takeProfit, status, { ...changes, updatedAt: ++clock as Instant }) };
  };
  const sells = (who: 'takeProfit' | 'stop', whole: number): void => {
    filled[who] += whole;
    forStop = HELD - filled.takeProfit || forStop;
    const order = who === 'stop' ? stop : takeProfit;
    const executionId = `${order}-x${filled[who]}` as ExecutionId;
    all.push({
      kind: 'fill',
      fill: { executionId, order, symbol: AAPL, side: 'sell', quantity: shares(whole), price: parsePrice('100'), at: NOON },
    });
    all.push(seen(who, 'partially_filled'));
    // What the take-profit sells, the stop is not for any more.
    if (who === 'takeProfit') all.push(seen('stop', filled.stop > 0 ? 'partially_filled' : 'held'));
  };
  all.push({ kind: 'orderAccepted', order: stop, brokerId: `b-${stop}` as BrokerOrderId });
  const ended: Event[] = [];
  if (replaced !== undefined)
    ended.push({ kind: 'orderSeen', view: view(replaced, 'replaced', { side: 'sell', updatedAt: ++clock as Instant }) });
  all.push(...ended, seen('stop', 'held'));
  for (const [who, whole] of sold) if (whole < rest()) sells(who, whole);
  if (ending !== 'canceled') sells(ending, rest());
  const last = [
    ...ended,
    seen('takeProfit', ending === 'takeProfit' ? 'filled' : 'canceled'),
    seen('stop', ending === 'stop' ? 'filled' : 'canceled'),
  ];
  return { all: [...all, ...last], last };
}

/** What the books say of orders, position and cash, without the traces of how often and when it was said. */
function ended({ engine: { books } }: Begun): string {
  const selling = [...books.orders.values()].filter(({ side }) => side === 'sell');
  const orders = selling.map(({ id, status, filled, filledNotional, executions, quantity }) => ({
    ...{ id, status, filled, filledNotional, quantity },
    executions: executions.toSorted((a, b) => a.executionId.localeCompare(b.executionId)),
  }));
  const { quantity, cost, realised } = books.markets.get(AAPL)!.position;
  return encode({ orders, cash: books.cash, quantity, worth: realised - cost, open: books.openOrderCount });
}

/** Places at which words are said: each at least once, some again. */
const hearing = fc.array(fc.nat(1_000), { minLength: 30, maxLength: 50 });

function shuffled<T>(all: readonly T[], places: readonly number[]): T[] {
  const said: T[] = [];
  all.forEach((one, nth) => {
    said.splice((places[nth] ?? 0) % (said.length + 1), 0, one);
  });
  for (const place of places.slice(all.length)) said.splice(place % (said.length + 1), 0, all[place % all.length] as T);
  return said;
}

/** Says it; at no moment more is sold than was held, and nothing is over that was not said to be, or of which fills are missing. */
function hear({ engine, takeProfit, stops }: Begun, events: readonly Event[]): void {
  const over = new Set<OrderId>();
  const { books } = engine;
  const { position } = books.markets.get(AAPL)!;
  for (const event of events) {
    if (event.kind === 'orderSeen' && isOver(event.view.brokerStatus)) over.add(event.view.id);
    engine.happen(event);
    expect(inconsistency(books)).toBeUndefined();
    expect(position.quantity >= 0n).toBe(true);
    for (const id of [takeProfit, ...stops.slice(-2)]) {
      const { status, filled, quantity, broker } = books.orders.get(id)!;
      if (!isFinal(status)) continue;
      expect(over.has(id) || filled >= quantity || position.quantity === 0n).toBe(true);
      expect(filled >= (broker?.filled ?? 0n)).toBe(true);
    }
  }
}

test('any permutation and duplication of the words about a pair with a moved stop, and then the last words, end in the same books', () => {
  fc.assert(
    fc.property(story, hearing, (ofStory, places) => {
      const [straight, crooked] = [begun(ofStory.moves), begun(ofStory.moves)];
      const { all, last } = words(ofStory, straight);
      for (const event of all) straight.engine.happen(event);
      hear(crooked, [...shuffled(all, places), ...last]);
      expect(straight.engine.books.openOrderCount).toBe(0);
      expect(ended(crooked)).toBe(ended(straight));
    }),
    { numRuns: 400 },
  );
});

test('words about a pair that were lost are made up for by the fills, fetched, and the last words', () => {
  fc.assert(
    fc.property(story, hearing, fc.nat(), (ofStory, places, mask) => {
      const [straight, deaf] = [begun(ofStory.moves), begun(ofStory.moves)];
      const { all, last } = words(ofStory, straight);
      for (const event of all) straight.engine.happen(event);
      const heard = shuffled(all, places).filter((_, nth) => ((mask >> (nth % 31)) & 1) === 1);
      hear(deaf, [...heard, ...all.filter(({ kind }) => kind === 'fill'), ...last]);
      expect(ended(deaf)).toBe(ended(straight));
    }),
    { numRuns: 400 },
  );
});
