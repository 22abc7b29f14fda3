/** What a stream did not tell, on the built-in exchange over sockets: found, told once, and never twice. */
import { expect, test } from 'vitest';
import type { OrderId, RunId } from '#server/domain/ids.ts';
import { formatFixed, parsePrice } from '#server/domain/money.ts';
import { isFinal } from '#server/domain/order.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { enter } from '#server/engine/act.ts';
import type { Event } from '#server/engine/event.ts';
import { marketOf, newBooks } from '#server/engine/genesis.ts';
import { step } from '#server/engine/step.ts';
import { newTurn } from '#server/engine/turn.ts';
import { flat, series } from '#tests/exchange/harness.ts';
import { armed } from '#tests/exchange/plagued.ts';
import { AAPL, plan } from '#tests/support/builders.ts';
import { setUp } from './exchange-world.ts';
import { intentOf } from './fixtures.ts';

const order = (nth: number): OrderId => `r1-${nth}-0` as OrderId;
const fillsIn = (events: readonly Event[]): string[] =>
  events.flatMap((event) => (event.kind === 'fill' ? [`${event.fill.order} ${formatFixed(event.fill.quantity)}`] : []));

/** A stream that is live, the first statement told, and a market that falls below 95 after eight minutes. */
async function live() {
  const world = await setUp([series('AAPL', [...flat(100, 8), ...flat(90, 60)])]);
  world.updates.start();
  await world.told.next('feedRestored');
  await world.told.next('statement');
  return world;
}

/** IB #249: executions during a disconnection that nobody asks for afterwards. */
test('what was executed while the stream was down is told on its return, before the statement', async () => {
  await using world = await live();
  const { broker, told, market } = world;
  broker.perform({ kind: 'place', order: order(1), intent: intentOf({ type: 'limit', limitPrice: parsePrice('95'), timeInForce: 'gtc' }) });
  await told.next('orderAccepted');
  // Every attempt to come back is refused until the order has been filled.
  const refusal = armed(market, { fault: 'connectionLimit', stream: '/stream' });
  market.server.dropStreams('/stream');
  await told.next('feedLost');
  market.advance(10 * MINUTE_MS);
  const before = told.events.length;
  market.server.faults.plan.disarm(refusal);
  await told.next('feedRestored');
  await told.next('statement');
  const since = told.events.slice(before).filter(({ kind }) => kind === 'fill' || kind === 'statement' || kind === 'feedRestored');
  expect(since.map(({ kind }) => kind)).toEqual(['feedRestored', 'fill', 'statement']);
  expect(fillsIn(told.events)).toEqual([`${order(1)} 3`]);
});

test.each(['duplicateFrame', 'duplicateExecution'] as const)('%s: however often it is sent, it is told once', async (fault) => {
  await using world = await live();
  const { broker, told, market } = world;
  armed(market, { fault, event: 'fill' });
  armed(market, { fault, event: 'partial_fill' });
  for (let nth = 1; nth <= 5; nth++) broker.perform({ kind: 'place', order: order(nth), intent: intentOf() });
  for (let nth = 1; nth <= 5; nth++) await told.next('fill');
  broker.reconcile();
  const { statement } = await told.next('statement');
  expect(statement.positions.map(({ quantity }) => formatFixed(quantity))).toEqual(['15']);
  // A frame that was sent after the statement's answers is heard before the next statement.
  broker.reconcile();
  await told.next('statement');
  expect(new Set(fillsIn(told.events))).toEqual(new Set([1, 2, 3, 4, 5].map((nth) => `${order(nth)} 3`)));
  expect(fillsIn(told.events)).toHaveLength(5);
});

/** TradeStation #95: pings are answered, and nothing is told. */
test('a stream that stalls silently is found by the next statement, its executions told, and a new one made', async () => {
  await using world = await live();
  const { broker, told, market } = world;
  market.advance(MINUTE_MS);
  await world.clock.start();
  armed(market, { fault: 'silentStall', stream: '/stream', next: 1 });
  broker.perform({ kind: 'place', order: order(1), intent: intentOf() });
  await told.next('orderAccepted');
  broker.reconcile();
  await told.next('fill');
  expect(await told.next('feedLost')).toMatchObject({ reason: expect.stringContaining('it did not tell of an execution') });
  await told.next('feedRestored');
  broker.perform({ kind: 'place', order: order(2), intent: intentOf() });
  await told.next('fill');
  expect(fillsIn(told.events)).toEqual([1, 2].map((nth) => `${order(nth)} 3`));
});

/**
 * The list of orders since a moment goes by when they were submitted, so an old order that was filled or cancelled during
 * the gap is not in it. The statement's open orders are compared instead, and each order of ours that is missing is asked for.
 */
test('old orders that ended during the gap end in the books: one filled, one cancelled by hand', async () => {
  await using world = await live();
  const { broker, told, market } = world;
  const books = newBooks('r1' as RunId, plan());
  const turn = newTurn();
  let stepped = 0;
  /** The engine on all that was told, until the order has ended. */
  const endOf = async (id: OrderId): Promise<string | undefined> => {
    for (;;) {
      for (; stepped < told.events.length; stepped++) step(books, plan(), told.events[stepped]!, world.clock.now(), turn);
      for (const command of turn.commands.splice(0)) broker.perform(command);
      const { status } = books.orders.get(id)!;
      if (isFinal(status)) return status;
      await told.next('orderSeen');
    }
  };
  const place = async (id: OrderId, price: string): Promise<void> => {
    const intent = intentOf({ type: 'limit', limitPrice: parsePrice(price), timeInForce: 'gtc' });
    enter(books, marketOf(books, AAPL), intent, id, turn);
    broker.perform({ kind: 'place', order: id, intent });
    await told.next('orderAccepted');
  };
  await place(order(1), '95');
  await place(order(2), '50');
  const refusal = armed(market, { fault: 'connectionLimit', stream: '/stream' });
  market.server.dropStreams('/stream');
  await told.next('feedLost');
  const { brokerId } = told.events.findLast((event) => event.kind === 'orderAccepted')!;
  await market.fetch(`/v2/orders/${brokerId}`, { method: 'DELETE' });
  market.advance(10 * MINUTE_MS);
  await world.clock.start();
  market.server.faults.plan.disarm(refusal);
  await told.next('feedRestored');
  await told.next('statement');
  expect(await endOf(order(1))).toBe('filled');
  expect(await endOf(order(2))).toBe('cancelled');
  expect(formatFixed(marketOf(books, AAPL).position.quantity)).toBe('3');
});
