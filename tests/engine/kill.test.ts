/** The kill switch inside the engine: what each level lets through, that it only rises, and that flattening is a job. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BrokerOrderId } from '#server/domain/ids.ts';
import { atLeast, type EngagedLevel, higher, KILL_LEVELS } from '#server/domain/kill.ts';
import { plus } from '#server/domain/time.ts';
import { AAPL, alerts, bench, fill, NOON, placed, plan, portfolio, scripted } from '#tests/support/builders.ts';

const engaged = (level: EngagedLevel) => ({ kind: 'killEngaged', level, by: 'operator', reason: 'test' }) as const;
const withOpinions = (...opinions: Parameters<typeof scripted>[0]) =>
  bench(plan({ portfolios: [portfolio({ deployments: [{ ...portfolio().deployments[0]!, hire: scripted(opinions) }] })] }));
const level = fc.constantFrom(...KILL_LEVELS);
const engagedLevel = fc.constantFrom(...KILL_LEVELS.filter((one): one is EngagedLevel => one !== 'armed'));

test('levels are a lattice: the higher of two is idempotent, commutative, associative and never lower', () => {
  fc.assert(
    fc.property(level, level, level, (a, b, c) => {
      expect(higher(a, a)).toBe(a);
      expect(higher(a, b)).toBe(higher(b, a));
      expect(higher(higher(a, b), c)).toBe(higher(a, higher(b, c)));
      expect(atLeast(higher(a, b), a)).toBe(true);
    }),
  );
});

test('any order of trips ends at the same level, and it never falls on the way', () => {
  fc.assert(
    fc.property(fc.array(engagedLevel, { maxLength: 8 }), (trips) => {
      const engine = bench();
      let before = engine.books.kill.level;
      for (const trip of trips) {
        engine.happen(engaged(trip));
        expect(atLeast(engine.books.kill.level, before)).toBe(true);
        before = engine.books.kill.level;
      }
      expect(engine.books.kill.level).toBe(trips.reduce<(typeof KILL_LEVELS)[number]>(higher, 'armed'));
    }),
  );
});

test.each(['reduceOnly', 'halt', 'cancelOpening', 'cancelAll', 'flatten'] as const)(
  'at %s no opening order comes out of a decision',
  (at) => {
    const engine = withOpinions('up');
    engine.happen(engaged(at));
    expect(placed(engine.bar(100))).toEqual([]);
    expect(engine.last[0]?.summary).toContain('killLevel: kill switch is at');
  },
);

test('at reduceOnly an exit leaves, at halt it is held back until the release', () => {
  const engine = withOpinions('up', 'flat', undefined, undefined);
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'fill', fill: fill(entry!.order, 'buy', '100', '100') });
  engine.happen(engaged('halt'));
  expect(placed(engine.bar(100))).toEqual([]);
  engine.happen({ kind: 'killReleased', by: 'operator', note: 'fine', latchId: engine.books.kill.latchId });
  expect(placed(engine.bar(100))[0]?.intent.purpose).toBe('reduce');

  const other = withOpinions('up', 'flat');
  const [first] = placed(other.bar(100));
  other.happen({ kind: 'fill', fill: fill(first!.order, 'buy', '100', '100') });
  other.happen(engaged('reduceOnly'));
  expect(placed(other.bar(100))[0]?.intent.purpose).toBe('reduce');
});

test('cancelAll cancels ours by name and asks the broker to cancel the rest', () => {
  const engine = withOpinions('up');
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'orderAccepted', order: entry!.order, brokerId: 'b1' as BrokerOrderId });
  const commands = engine.happen(engaged('cancelAll'));
  expect(commands).toContainEqual({ kind: 'cancel', order: entry!.order, brokerId: 'b1' });
  expect(commands).toContainEqual({ kind: 'cancelEverything' });
  // 204 is no evidence: it stays open, and is asked for, until the broker says so.
  expect(engine.happen({ kind: 'tick' }, plus(engine.at, 3_000))).toContainEqual({ kind: 'ask', order: entry!.order });
  expect(engine.books.openOrderCount).toBe(1);
});

test('flatten waits for the open order of a symbol, closes what is held, and tries again when refused', () => {
  const engine = withOpinions('up', 'up');
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'orderAccepted', order: entry!.order, brokerId: 'b1' as BrokerOrderId });
  engine.happen({ kind: 'fill', fill: fill(entry!.order, 'buy', '60', '100') });
  expect(placed(engine.happen(engaged('flatten')))).toEqual([]);
  const view = {
    id: entry!.order,
    brokerId: 'b1' as BrokerOrderId,
    symbol: AAPL,
    side: 'buy',
    brokerStatus: 'canceled',
    updatedAt: NOON,
  } as const;
  const { quantity, filled } = engine.books.orders.get(entry!.order)!;
  const [close] = placed(engine.happen({ kind: 'orderSeen', view: { ...view, quantity, filled, averageFillPrice: undefined } }));
  expect(close?.intent).toMatchObject({ side: 'sell', purpose: 'reduce', quantity: filled, portfolio: undefined });
  expect(placed(engine.happen({ kind: 'tick' }))).toEqual([]);
  expect(placed(engine.happen({ kind: 'orderRejected', order: close!.order, code: '403', reason: 'held' }))).toEqual([]);
  const [again] = placed(engine.happen({ kind: 'tick' }, plus(engine.at, 5_000)));
  expect(again?.intent.quantity).toBe(filled);
  engine.happen({ kind: 'fill', fill: fill(again!.order, 'sell', '60', '99') });
  expect(engine.books.markets.get(AAPL)!.position.quantity).toBe(0n);
  expect(placed(engine.happen({ kind: 'tick' }))).toEqual([]);
  expect(engine.books.kill.level).toBe('flatten');
});

test('a reason that a person gives takes the place of the bare word of the sentinel file, in whichever order they come', () => {
  const engine = bench();
  engine.happen({ kind: 'killEngaged', level: 'halt', by: 'sentinel', reason: 'the file stands' });
  const { latchId } = engine.books.kill;
  engine.happen(engaged('halt'));
  expect(engine.books.kill).toMatchObject({ level: 'halt', latchId, by: 'operator', reason: 'test' });
  engine.happen({ kind: 'killEngaged', level: 'halt', by: 'sentinel', reason: 'the file stands' });
  expect(engine.books.kill).toMatchObject({ by: 'operator' });
});

test.each(['api', 'viewer', 'signal'])('what %s stopped after the operator had looked was let go with the latch before it', (by) => {
  const engine = bench();
  engine.happen(engaged('flatten'));
  const looked = engine.books.kill.latchId;
  const again = engine.happen({ kind: 'killEngaged', level: 'halt', by, reason: 'fire' });
  expect(engine.books.kill).toMatchObject({ level: 'flatten', by, reason: 'fire', at: engine.books.at });
  expect(engine.books.kill.latchId).toBeGreaterThan(looked);
  expect(
    again.map(({ kind }) => kind),
    'the closing orders that are out are not cancelled',
  ).toEqual(['alert']);
  engine.happen({ kind: 'killReleased', by: 'operator', note: '', latchId: looked });
  expect(engine.books.kill.level).toBe('flatten');
  engine.happen({ kind: 'killReleased', by: 'operator', note: '', latchId: engine.books.kill.latchId });
  expect(engine.books.kill.level).toBe('armed');
});

test('a release that names an older latch does nothing', () => {
  const engine = bench();
  engine.happen(engaged('halt'));
  const old = engine.books.kill.latchId;
  engine.happen(engaged('cancelAll'));
  engine.happen({ kind: 'killReleased', by: 'operator', note: '', latchId: old });
  expect(engine.books.kill.level).toBe('cancelAll');
});

test('the daily loss closes the latch at the bar that reaches it, by exact money', () => {
  const engine = bench(plan({ limits: { maxDailyLoss: 500_000_000_000n as never } }));
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'fill', fill: fill(entry!.order, 'buy', '100', '100') });
  engine.bar(95.01);
  expect(engine.books.kill.level).toBe('armed');
  expect(alerts(engine.bar(95))).toEqual(['killEngaged']);
  expect(engine.books.kill).toMatchObject({ level: 'reduceOnly', by: 'risk.dailyLoss', reason: 'lost $500 today, the limit is $500' });
});

test('a fault inside the process cancels opening orders', () => {
  const engine = withOpinions('up');
  const [entry] = placed(engine.bar(100));
  engine.happen({ kind: 'orderAccepted', order: entry!.order, brokerId: 'b1' as BrokerOrderId });
  const commands = engine.happen({ kind: 'fault', where: 'unhandledRejection', reason: 'boom' });
  expect(commands).toContainEqual({ kind: 'cancel', order: entry!.order, brokerId: 'b1' });
  expect(engine.books.kill.level).toBe('cancelOpening');
});
