/** Any life with exits at a broker with moods: nothing is closed twice, nothing is left without protection for good. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '#scripts/bench/walk.ts';
import { closingQuantity } from '#server/domain/closing.ts';
import type { ExitPolicy } from '#server/domain/exits.ts';
import { absolute } from '#server/domain/money.ts';
import { isProtective } from '#server/domain/order.ts';
import type { Direction } from '#server/domain/signal.ts';
import { type Instant, MINUTE_MS, plus, SECOND_MS } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import type { Event } from '#server/engine/event.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { step } from '#server/engine/step.ts';
import { clear, given } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, type Bench, bench, plan, portfolio, scripted } from '#tests/support/builders.ts';
import { policy } from './exits-bench.ts';
import { MoodyBroker } from './exits-broker.ts';

const POLICIES: readonly ExitPolicy[] = [
  policy({ stopLoss: { percent: 2 } }),
  policy({ stopLoss: { percent: 2 }, takeProfit: { percent: 3 } }),
  policy({ trailingStop: { percent: 1 } }),
  policy({ trailingStop: { percent: 3 }, takeProfit: { percent: 9 } }),
  policy({ trailingStop: { percent: 1 }, takeProfit: { percent: 3 }, breakEven: { percent: 0.5 } }),
  policy({ stopLoss: { ranges: 3 }, trailingStop: { ranges: 4 }, range: { period: 2, timeframe: MINUTE }, timeStopMs: 5 * MINUTE_MS }),
];

interface Life {
  engine: Bench;
  readonly broker: MoodyBroker;
  readonly random: () => number;
  at: Instant;
  readonly seen: Record<string, number>;
}

function begin(seed: number): Life {
  const random = seededRandom(seed);
  const exits = POLICIES[seed % POLICIES.length];
  const opinions = Array.from({ length: 2_000 }, (): Direction | undefined =>
    random() < 0.3 ? (['up', 'up', 'flat', 'down'] as const)[Math.floor(random() * 4)] : undefined,
  );
  const deployments = [{ ...portfolio().deployments[0]!, hire: scripted(opinions) }];
  const engine = bench(plan({ portfolios: [portfolio({ exits, deployments, mayShort: seed % 2 === 0 })], limits: { maxPriceAgeMs: 1e9 } }));
  engine.books.sessions = [{ date: 'd', opensAt: engine.at, closesAt: plus(engine.at, 1e12) }];
  return { engine, broker: new MoodyBroker(random), random, at: engine.at, seen: {} };
}

function happen(life: Life, event: Event): void {
  const { engine, broker } = life;
  step(engine.books, engine.plan, event, life.at, engine.turn);
  const { commands } = given(engine.turn);
  for (const command of commands) {
    const key = command.kind === 'place' ? `place ${command.intent.type} ${command.intent.exit ?? command.intent.purpose}` : command.kind;
    life.seen[key] = (life.seen[key] ?? 0) + 1;
  }
  broker.send(commands);
  clear(engine.turn);
  const problem = inconsistency(engine.books) ?? broker.offences[0];
  if (problem !== undefined) throw new Error(`${problem} after ${encode(event)}`);
}

function bar(life: Life): void {
  const { random } = life;
  life.at = plus(life.at, MINUTE_MS);
  const close = 100 + Math.round((random() - 0.5) * 400) / 100;
  const [low, high] = [close - random(), close + random()];
  const candle = { symbol: AAPL, startsAt: plus(life.at, -MINUTE_MS), endsAt: life.at, open: close, high, low, close, volume: 1 };
  happen(life, { kind: 'bar', bar: candle, history: false });
}

/** The process dies and comes back: with what it had written down, and nothing that was on its way. */
function restart(life: Life): void {
  const { engine, broker } = life;
  const books = restore(decode(encode(snapshotOf(engine.books))), engine.plan, true);
  Object.assign(life, { engine: { ...engine, books } });
  broker.crash();
  happen(life, { kind: 'started', version: 'test', plan: 'p' });
}

function deed(life: Life): void {
  const { broker, random, engine } = life;
  const what = random();
  if (what < 0.2) bar(life);
  else if (what < 0.5) broker.receive();
  else if (what < 0.8) {
    const news = broker.hear();
    if (news !== undefined) happen(life, news);
  } else if (what < 0.9) broker.trade(random());
  else if (what < 0.93) tick(life);
  else if (what < 0.95) for (const event of broker.reconcile(life.at)) happen(life, event);
  else if (what < 0.97) broker.expire();
  else if (what < 0.98) restart(life);
  else if (what < 0.99)
    happen(life, { kind: 'killEngaged', level: random() < 0.5 ? 'reduceOnly' : 'cancelAll', by: 'test', reason: 'test' });
  else happen(life, { kind: 'killReleased', by: 'test', note: '', latchId: engine.books.kill.latchId });
}

function tick(life: Life): void {
  life.at = plus(life.at, 3 * SECOND_MS);
  happen(life, { kind: 'tick' });
}

/** Nothing strange any more, only market orders fill, and everything is told. */
function heal(life: Life): void {
  const { broker } = life;
  broker.mood = 0;
  for (let nth = 0; nth < 150; nth++) {
    for (let more = 0; more < 200 && !broker.isQuiet; more++) {
      broker.receive();
      const news = broker.hear();
      if (news !== undefined) happen(life, news);
    }
    broker.trade(1, (id) => life.engine.books.orders.get(id)?.type === 'market');
    tick(life);
    if (nth % 5 === 0) for (const event of broker.reconcile(life.at)) happen(life, event);
    if (nth % 20 === 0) happen(life, { kind: 'killReleased', by: 'test', note: '', latchId: life.engine.books.kill.latchId });
  }
}

test('at no moment more is being closed than is held, and in the end all that is held is protected', () => {
  const seen: Record<string, number> = {};
  const endings = { flat: 0, protected: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 20, max: 400 }), (seed, length) => {
      const life = begin(seed);
      for (const event of life.broker.reconcile(life.at)) happen(life, event);
      for (let nth = 0; nth < length; nth++) deed(life);
      heal(life);
      const { engine, broker } = life;
      const market = engine.books.markets.get(AAPL)!;
      expect(market.position.quantity).toBe(broker.position);
      if (broker.position === 0n) expect(market.openOrders).toEqual([]);
      else expect(closingQuantity(engine.books, market)).toBe(absolute(broker.position));
      for (const order of market.openOrders) expect([isProtective(order), order.status]).toEqual([true, 'working']);
      expect(broker.claimed()).toBe(absolute(broker.position));
      endings[broker.position === 0n ? 'flat' : 'protected']++;
      for (const [key, count] of Object.entries(life.seen)) seen[key] = (seen[key] ?? 0) + count;
    }),
    { numRuns: 600 },
  );
  // Marks: what the lives must have come by.
  for (const mark of [
    'place oco stopLoss',
    'place stop stopLoss',
    'place trailing_stop trailingStop',
    'place market timeStop',
    'place market reduce',
    'replace',
    'cancel',
    'ask',
    'reconcile',
  ])
    expect(seen[mark] ?? 0, mark).toBeGreaterThan(10);
  expect(Math.min(endings.flat, endings.protected)).toBeGreaterThan(20);
});
