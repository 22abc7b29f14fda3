/** A random life of the engine: two markets, agents that change their minds, a broker with moods, an operator with a finger on the switch. */
import fc from 'fast-check';
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import type { ExitPolicy } from '#server/domain/exits.ts';
import type { BrokerOrderId, ExecutionId } from '#server/domain/ids.ts';
import type { EngagedLevel } from '#server/domain/kill.ts';
import { KILL_LEVELS } from '#server/domain/kill.ts';
import { formatFixed, parseMoney, parseQuantity, priceFromNumber, type Quantity } from '#server/domain/money.ts';
import { type Order, unfilled } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Direction } from '#server/domain/signal.ts';
import type { SizingPolicy } from '#server/domain/sizing.ts';
import type { Instant } from '#server/domain/time.ts';
import { plus } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { Latch } from '#server/runtime/latch.ts';
import { stepAll } from '#server/runtime/loop.ts';
import { AAPL, type Bench, BTC, bench, instrument, plan, portfolio, scripted, statement, view } from '#tests/support/builders.ts';

export type Deed =
  | { readonly kind: 'bar'; readonly crypto: boolean; readonly cents: number }
  | { readonly kind: 'order'; readonly nth: number; readonly how: Answer; readonly part: number }
  | { readonly kind: 'tick' | 'release' | 'restart' | 'statement' | 'stranger' }
  | { readonly kind: 'engage'; readonly level: EngagedLevel }
  | { readonly kind: 'feed'; readonly lost: boolean }
  | { readonly kind: 'lock'; readonly minutes: number }
  | { readonly kind: 'instruments'; readonly tradable: boolean }
  | { readonly kind: 'fault' };

const ANSWERS = [
  'accept',
  'reject',
  'unknown',
  'notFound',
  'fill',
  'rest',
  'again',
  'new',
  'pending_cancel',
  'canceled',
  'expired',
  'rejected',
  'cancelRefused',
] as const;
type Answer = (typeof ANSWERS)[number];

const ENGAGED = KILL_LEVELS.filter((level): level is EngagedLevel => level !== 'armed');

const often = (kind: 'tick' | 'release' | 'statement' | 'restart' | 'stranger', weight: number) => ({
  weight,
  arbitrary: fc.constant({ kind } as Deed),
});

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({ kind: fc.constant('bar' as const), crypto: fc.boolean(), cents: fc.integer({ min: 9_000, max: 11_000 }) }),
  },
  {
    weight: 40,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      nth: fc.constantFrom(0, 0, 0, 1, 2),
      how: fc.constantFrom(...ANSWERS, 'rest' as const, 'rest' as const),
      part: fc.integer({ min: 1, max: 100 }),
    }),
  },
  ...[often('tick', 6), often('release', 8), often('statement', 8), often('restart', 1), often('stranger', 1)],
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('engage' as const), level: fc.constantFrom(...ENGAGED) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('feed' as const), lost: fc.constantFrom(true, false, false) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lock' as const), minutes: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('instruments' as const), tradable: fc.constantFrom(true, true, false) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'fault' as const }) },
);

export const deeds = fc.array(deed, { minLength: 1, maxLength: 150, size: 'max' });
export const minds = fc.array(fc.option(fc.constantFrom<Direction>('up', 'flat', 'down'), { nil: undefined }), {
  minLength: 1,
  maxLength: 100,
  size: 'max',
});

/** Limits that such a life runs into. */
export const planFor = (opinions: readonly (Direction | undefined)[], exits?: ExitPolicy, sizing = portfolio().sizing) =>
  plan({
    portfolios: [
      portfolio({
        symbols: [AAPL, BTC],
        mayShort: true,
        exits,
        sizing,
        locks: exits && { cooldownAfterStopMs: 15 * 60_000, losingStreak: { trades: 2, lockMs: 20 * 60_000 } },
        deployments: [{ ...portfolio().deployments[0]!, hire: scripted(opinions, 0.9, 30 * 60_000) }],
      }),
    ],
    limits: { maxGrossExposure: parseMoney('15000'), maxDailyLoss: parseMoney('1000'), maxPriceAgeMs: 3_600_000 },
  });

export interface Life {
  readonly engine: Bench;
  readonly journal: readonly Entry[];
}

/** Books that have begun, before anything of the life. */
export const begun = (ofPlan: Plan): Bench => bench(ofPlan, { cash: parseMoney('100000') });

/** Lives through the deeds; `witness` sees every entry right after its step. */
export function live(
  all: readonly Deed[],
  opinions: readonly (Direction | undefined)[],
  witness: (entry: Entry, engine: Bench) => void,
  exits?: ExitPolicy,
  sizing?: SizingPolicy,
): Life {
  const engine = begun(planFor(opinions, exits, sizing));
  const { books, turn } = engine;
  const parts = { books, plan: engine.plan, latch: new Latch(books) };
  const journal: Entry[] = [];
  let [minutes, executions] = [0, 0];
  const happen = (event: Event): void => {
    for (const entry of stepAll(parts, [{ event, at: plus(engine.at, minutes * 60_000) }], turn)) {
      journal.push(entry);
      witness(entry, engine);
    }
  };
  const executed = (): ExecutionId => `x${++executions}` as ExecutionId;
  for (const one of all) {
    if (one.kind === 'bar') minutes++;
    for (const event of eventsOf(one, engine, plus(engine.at, minutes * 60_000), executed)) happen(event);
  }
  return { engine, journal };
}

function eventsOf(one: Deed, { books }: Bench, at: Instant, executed: () => ExecutionId): Event[] {
  switch (one.kind) {
    case 'bar': {
      const close = one.cents / 100;
      const prices = { open: close, high: close, low: close, close, volume: 1 };
      return [
        { kind: 'bar', bar: { symbol: one.crypto ? BTC : AAPL, startsAt: plus(at, -60_000), endsAt: at, ...prices }, history: false },
      ];
    }
    case 'order': {
      const order = [...books.orders.values()].at(-1 - one.nth);
      return order === undefined ? [] : [answer(order, one, at, executed)];
    }
    case 'tick':
      return [{ kind: 'tick' }];
    case 'release':
      return [{ kind: 'killReleased', by: 'test', note: '', latchId: books.kill.latchId }];
    case 'restart':
      return [{ kind: 'started', version: 'test', plan: 'p' }];
    case 'statement':
      return [{ kind: 'statement', statement: { ...statement({ asOf: at, cash: books.cash }), positions: agreeing(books) } }];
    case 'stranger': {
      const execution = { executionId: executed(), order: `by-hand-${at}` as Order['id'], quantity: parseQuantity('3') };
      return [{ kind: 'fill', fill: { ...execution, symbol: AAPL, side: 'buy', price: priceFromNumber(100), at } }];
    }
    case 'engage':
      return [{ kind: 'killEngaged', level: one.level, by: 'test', reason: 'test' }];
    case 'feed':
      return [one.lost ? { kind: 'feedLost', feed: 'stocks', reason: 'test' } : { kind: 'feedRestored', feed: 'stocks' }];
    case 'lock':
      return lockOrRemove(books, at, one.minutes);
    case 'instruments':
      return [{ kind: 'instruments', instruments: [AAPL, BTC].map((symbol) => ({ ...instrument(symbol), tradable: one.tradable })) }];
    case 'fault':
      return [{ kind: 'fault', where: 'test', reason: 'test' }];
    default:
      return one satisfies never;
  }
}

/** None of no minutes: the oldest is removed. */
function lockOrRemove({ locks }: Bench['books'], at: Instant, minutes: number): Event[] {
  const scope = { kind: 'symbol', symbol: BTC } as const;
  if (minutes > 0) return [{ kind: 'lockPlaced', scope, until: plus(at, minutes * 60_000), by: 'test', reason: 'test' }];
  return locks[0] === undefined ? [] : [{ kind: 'lockRemoved', lock: locks[0].id, by: 'test', note: '' }];
}

/** The broker's positions, when it agrees with us. */
const agreeing = (books: Bench['books']) =>
  [...books.markets.values()]
    .filter(({ position }) => position.quantity !== 0n)
    .map(({ symbol, position }) => ({ symbol, quantity: position.quantity, averageEntryPrice: priceFromNumber(100) }));

function answer(order: Order, { how, part }: Deed & { kind: 'order' }, at: Instant, executed: () => ExecutionId): Event {
  const { id, symbol, side, quantity, filled } = order;
  const execution = (units: bigint, executionId = executed()): Event => ({
    kind: 'fill',
    fill: { executionId, order: id, symbol, side, quantity: units as Quantity, price: order.expectedPrice, at },
  });
  const left = unfilled(order) > 0n ? unfilled(order) : 1n;
  const seen = (status: BrokerStatus): Event => {
    const seenNow = { ...view(id, status), updatedAt: at, symbol, side, quantity, filled };
    return part % 2 === 0 ? { kind: 'orderSeen', view: seenNow } : { kind: 'orderSeen', view: seenNow, asked: true };
  };
  switch (how) {
    case 'accept':
      return { kind: 'orderAccepted', order: id, brokerId: `b-${id}` as BrokerOrderId };
    case 'reject':
      return { kind: 'orderRejected', order: id, code: '403', reason: 'no' };
    case 'unknown':
      return { kind: 'orderUnknown', order: id, reason: 'timeout' };
    case 'notFound':
      return { kind: 'orderNotFound', order: id };
    case 'fill':
      return execution((left * BigInt(part)) / 100n || 1n);
    case 'rest':
      return execution(left);
    case 'again':
      return execution(left, order.executions[0]?.executionId);
    case 'cancelRefused':
      return { kind: 'cancelRefused', order: id, reason: formatFixed(quantity) };
    default:
      return seen(how);
  }
}
