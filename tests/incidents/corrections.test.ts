/** Executions that the broker takes back or tells anew: what happened to others is that shares stayed in the books that were never theirs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExecutionId } from '#server/domain/ids.ts';
import { formatFixed, parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Fill } from '#server/domain/order.ts';
import { plus } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { setUp } from '#tests/alpaca/exchange-world.ts';
import { intentOf, ORDER } from '#tests/alpaca/fixtures.ts';
import { AAPL, alerts, bench, fill, NOON, placed, statement, view } from '#tests/support/builders.ts';

/** 100 shares are being bought: 60 at 100 and 40 at 101 were told, or will be. */
function bought() {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  engine.happen({ kind: 'orderSeen', view: view(order, 'new') });
  const one = (id: string, quantity: string, price: string): Fill => ({
    ...fill(order, 'buy', quantity, price),
    executionId: `e-${id}` as ExecutionId,
  });
  const corrected = (previous: string, id: string, quantity: string, price: string): Event => ({
    kind: 'fillCorrected',
    previous: `e-${previous}` as ExecutionId,
    fill: { ...one(id, quantity, price), at: plus(NOON, 9) },
  });
  const told = { first: { kind: 'fill', fill: one('1', '60', '100') }, second: { kind: 'fill', fill: one('2', '40', '101') } } as const;
  const held = () => {
    const { cash, markets, orders } = engine.books;
    const { filled, status } = orders.get(order)!;
    return [formatFixed(markets.get(AAPL)!.position.quantity), formatFixed(cash), formatFixed(filled), status];
  };
  return { engine, order, told, corrected, held };
}

test('an execution that never was stayed in the books, and its shares were sold', () => {
  const { engine, order, told, corrected, held } = bought();
  for (const event of Object.values(told)) engine.happen(event);
  engine.happen({ kind: 'orderSeen', view: view(order, 'filled', { filled: parseQuantity('100') }) });
  expect(alerts(engine.happen(corrected('2', '3', '0', '101')))).toEqual(['fillCorrected']);
  expect(held()).toEqual(['60', '94000', '60', 'filled']);
  // Told again, fetched again, counted by an old message: nothing of it comes back.
  engine.happen(corrected('2', '3', '0', '101'));
  engine.happen(told.second);
  engine.happen({ kind: 'orderSeen', view: view(order, 'filled', { filled: parseQuantity('100') }) });
  expect([held(), engine.books.orders.get(order)!.gapSince]).toEqual([['60', '94000', '60', 'filled'], undefined]);
  const positions = [{ symbol: AAPL, quantity: parseQuantity('60'), averageEntryPrice: parsePrice('100') }];
  const asOf = plus(engine.at, 60_000);
  engine.happen({ kind: 'statement', statement: statement({ asOf, cash: parseMoney('94000'), positions }) }, asOf);
  expect([engine.books.disagreements, engine.books.kill.level, inconsistency(engine.books)]).toEqual([0, 'armed', undefined]);
});

test('an execution at another price, or of another size, moved neither cash nor position', () => {
  const { engine, told, corrected, held } = bought();
  engine.happen(told.first);
  engine.happen(corrected('1', '3', '60', '99'));
  expect(held()).toEqual(['60', '94060', '60', 'working']);
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.cost)).toBe('5940');
  engine.happen(corrected('3', '4', '50', '99'));
  expect(held()).toEqual(['50', '95050', '50', 'working']);
});

test('executions and their corrections are the same books in any order, told once or more often, and over a restart', () => {
  const chain = (): Event[] => {
    const { told, corrected } = bought();
    return [told.first, told.second, corrected('1', '3', '60', '99'), corrected('3', '4', '50', '98'), corrected('2', '5', '0', '101')];
  };
  const anyOrder = fc.shuffledSubarray([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], { minLength: 10 });
  fc.assert(
    fc.property(anyOrder, fc.nat(9), (order, restartAt) => {
      const { engine, held, order: id } = bought();
      const events = chain();
      order.forEach((nth, place) => {
        const event = events[nth]!;
        engine.happen('fill' in event ? { ...event, fill: { ...event.fill, order: id } } : event);
        if (place === restartAt) Object.assign(engine.books, restore(decode(encode(snapshotOf(engine.books))), engine.plan, true));
      });
      expect(held()).toEqual(['50', '95100', '50', 'working']);
      expect(engine.books.kill.level).toBe('armed');
    }),
    { numRuns: 300 },
  );
});

test('a correction of what the books do not hold, or of what was corrected otherwise, closes the latch', () => {
  const { engine, order, told, corrected } = bought();
  engine.happen(told.first);
  engine.happen(corrected('1', '3', '60', '99'));
  expect(alerts(engine.happen(corrected('1', '4', '60', '98')))).toEqual(['booksDiffer', 'killEngaged']);
  expect(engine.books.kill).toMatchObject({ level: 'halt', by: 'reconcile' });
  const other = bought();
  const stranger = { ...other.corrected('1', '3', '0', '100') } as Event & { kind: 'fillCorrected' };
  const commands = other.engine.happen({ ...stranger, fill: { ...stranger.fill, order: `${order}-other` as never } });
  expect([alerts(commands), other.engine.books.kill.level]).toEqual([['booksDiffer', 'killEngaged'], 'halt']);
});

test('what the broker takes back is told by the stream, under our names, with what it was about', async () => {
  await using world = await setUp();
  const { broker, updates, told, market } = world;
  updates.start();
  await told.next('feedRestored');
  broker.perform({ kind: 'place', order: ORDER, intent: intentOf() });
  const { fill: first } = (await told.next('fill')) as Event & { kind: 'fill' };
  market.server.driver.ask({ kind: 'bustExecution', executionId: first.executionId }, () => undefined);
  market.advance(1);
  const correction = await told.next('fillCorrected');
  expect(correction).toMatchObject({ previous: first.executionId, fill: { order: ORDER, quantity: 0n, side: first.side } });
});
