/** Latches of a part of what is traded: what holds for an order is the highest over its scopes, in whatever order and however often they are tripped. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BrokerOrderId, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import { atLeast, type EngagedLevel, higher, KILL_LEVELS, type KillLevel, mayPlace } from '#server/domain/kill.ts';
import { levelOf, scopeOfLatch } from '#server/domain/kill-in-force.ts';
import { concerns, type KillScope, type KillSubject, levelsOf } from '#server/domain/kill-scope.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { Latch } from '#server/runtime/latch.ts';
import { AAPL, bench, fill, placed, plan, portfolio, scripted } from '#tests/support/builders.ts';

const THEIRS = portfolio();
const PORTFOLIO = `portfolio:${THEIRS.id}` as const;
const DEPLOYMENT = `deployment:${THEIRS.deployments[0]?.id ?? ''}` as const;
const SCOPES: readonly KillScope[] = [
  'account',
  PORTFOLIO,
  DEPLOYMENT,
  `symbol:${AAPL}`,
  'symbol:MSFT',
  'portfolio:other',
  'deployment:other',
];

const trip = fc
  .constantFrom(...SCOPES)
  .chain((scope) => fc.record({ scope: fc.constant(scope), level: fc.constantFrom(...levelsOf(scope)) }));
const trips = fc.array(trip, { maxLength: 8 });
type Trip = { readonly scope: KillScope; readonly level: EngagedLevel };

const SUBJECTS: readonly KillSubject[] = [
  { symbol: AAPL, portfolio: THEIRS.id, deployments: THEIRS.deployments.map(({ id }) => id) },
  { symbol: 'MSFT' as never, portfolio: THEIRS.id, deployments: [] },
  { symbol: AAPL, portfolio: 'other' as PortfolioId, deployments: ['other' as DeploymentId] },
  { symbol: 'TSLA' as never, portfolio: undefined, deployments: [] },
];

const event = ({ scope, level }: Trip) =>
  ({ kind: 'killEngaged', level, by: 'operator', reason: 'test', ...(scope === 'account' ? {} : { scope }) }) as const;

function levelsAfter(those: readonly Trip[]): KillLevel[] {
  const engine = bench();
  for (const one of those) engine.happen(event(one));
  return SUBJECTS.map((subject) => levelOf(engine.books, subject));
}

const expected = (those: readonly Trip[]): KillLevel[] =>
  SUBJECTS.map((subject) =>
    those.filter(({ scope }) => concerns(scope, subject)).reduce<KillLevel>((level, one) => higher(level, one.level), 'armed'),
  );

test('the level in force is the maximum over scopes, whatever the order, and however often each is tripped', () => {
  fc.assert(
    fc.property(trips, fc.infiniteStream(fc.nat({ max: 100 })), (those, dice) => {
      const shuffled = those
        .flatMap((one) => [one, one])
        .map((one) => ({ one, place: dice.next().value as number }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ one }) => one);
      expect(levelsAfter(those)).toEqual(expected(those));
      expect(levelsAfter(shuffled)).toEqual(expected(those));
    }),
  );
});

test('no trip lowers the level of anything, and a release lowers the scope of its latch alone', () => {
  fc.assert(
    fc.property(fc.array(trip, { minLength: 1, maxLength: 8 }), fc.nat(), (those, chosen) => {
      const engine = bench();
      let before = SUBJECTS.map((subject) => levelOf(engine.books, subject));
      for (const one of those) {
        engine.happen(event(one));
        const after = SUBJECTS.map((subject) => levelOf(engine.books, subject));
        expect(after.every((level, nth) => atLeast(level, before[nth] as KillLevel))).toBe(true);
        before = after;
      }
      const { scope } = those[chosen % those.length] as Trip;
      const latchId = scope === 'account' ? engine.books.kill.latchId : engine.books.latches.get(scope)!.latchId;
      expect(scopeOfLatch(engine.books, latchId)).toBe(scope);
      engine.happen({ kind: 'killReleased', latchId, by: 'operator', note: 'fine' });
      expect(SUBJECTS.map((subject) => levelOf(engine.books, subject))).toEqual(expected(those.filter((one) => one.scope !== scope)));
    }),
  );
});

test('memory, journal, sentinel, guard and a failing journal: the gate is the maximum of what each says, in any order', () => {
  const source = fc.oneof(
    trip.map((one) => ({ kind: 'memory' as const, ...one })),
    trip.map((one) => ({ kind: 'journal' as const, ...one })),
    fc.constantFrom({ kind: 'sentinel' as const }, { kind: 'guard' as const }, { kind: 'journalFails' as const }),
  );
  fc.assert(
    fc.property(fc.array(source, { maxLength: 8 }), (said) => {
      const engine = bench();
      const latch = new Latch(engine.books);
      for (const one of said) {
        if (one.kind === 'memory') latch.raise(one.level, one.scope);
        else if (one.kind === 'journal') engine.happen(event(one));
        else if (one.kind === 'journalFails') latch.journalFails(true);
        else latch.stand(one.kind, 'halt');
      }
      const all = said.map((one) => ('scope' in one ? one : { scope: 'account' as const, level: 'halt' as const }));
      expect(SUBJECTS.map((subject) => latch.level(subject))).toEqual(expected(all));
      expect(latch.level()).toBe(
        all.filter(({ scope }) => scope === 'account').reduce<KillLevel>((level, one) => higher(level, one.level), 'armed'),
      );
    }),
  );
});

test('what a level lets pass only shrinks as it rises', () => {
  for (const purpose of ['open', 'reduce'] as const) {
    for (const owner of [undefined, 'main']) {
      const passing = KILL_LEVELS.map((level) => mayPlace(level, { purpose, portfolio: owner }));
      expect(passing.join()).toMatch(/^(true,?)*(false,?)*$/);
    }
  }
});

test('a symbol that is halted opens nothing, and cancels its own alone; the rest of the account goes on', () => {
  const engine = bench(plan({ portfolios: [portfolio({ deployments: [{ ...THEIRS.deployments[0]!, hire: scripted(['up', 'up']) }] })] }));
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'orderAccepted', order: entry!.order, brokerId: 'b1' as BrokerOrderId });
  expect(engine.happen(event({ scope: 'symbol:MSFT', level: 'cancelAll' })).map(({ kind }) => kind)).toEqual(['alert']);
  expect(engine.happen(event({ scope: `symbol:${AAPL}`, level: 'cancelOpening' }))).toContainEqual({
    ...{ kind: 'cancel', order: entry!.order, brokerId: 'b1' },
  });
  expect(engine.books.kill.level).toBe('armed');
});

test('a portfolio at flatten is closed, and stays closed over a snapshot', () => {
  const engine = bench();
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'fill', fill: fill(entry!.order, 'buy', '100', '100') });
  const [close] = placed(engine.happen(event({ scope: PORTFOLIO, level: 'flatten' })));
  expect(close?.intent).toMatchObject({ side: 'sell', purpose: 'reduce', reason: 'flatten by operator: test' });
  const again = restore(JSON.parse(JSON.stringify(snapshotOf(engine.books), numbersAsText), textAsNumbers) as never, engine.plan, true);
  expect([...again.latches]).toEqual([...engine.books.latches]);
});

const numbersAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `#${value}` : value);
const textAsNumbers = (_: string, value: unknown): unknown =>
  typeof value === 'string' && /^#-?\d+$/.test(value) ? BigInt(value.slice(1)) : value;

test('KI-15: a deployment that is halted has no vote, and the other one decides as if it were asleep', () => {
  const deployments = [
    { ...THEIRS.deployments[0]!, id: 'loud' as DeploymentId, hire: scripted(['up', 'up', 'up']) },
    { ...THEIRS.deployments[0]!, id: 'quiet' as DeploymentId, hire: scripted([undefined, undefined, 'up']) },
  ];
  const engine = bench(plan({ portfolios: [portfolio({ deployments })] }));
  engine.happen(event({ scope: 'deployment:loud', level: 'halt' }));
  expect(placed(engine.bar(100))).toEqual([]);
  expect(placed(engine.bar(100))).toEqual([]);
  const [entry] = placed(engine.bar(100));
  expect(entry?.intent.deployments).toEqual(['quiet']);
});

test('at sever the engine asks for nothing any more, and what was out stays in the books', () => {
  const engine = bench();
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'orderAccepted', order: entry!.order, brokerId: 'b1' as BrokerOrderId });
  expect(engine.happen(event({ scope: 'account', level: 'sever' })).map(({ kind }) => kind)).toEqual(['alert']);
  expect(placed(engine.happen({ kind: 'tick' }))).toEqual([]);
  expect(engine.books.openOrderCount).toBe(1);
});
