/** What happened to others on the wire, each under its own name: the real client against a scripted broker. */
import { expect, test } from 'vitest';
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { FillActivity, Order } from '#server/adapters/alpaca/order-schema.ts';
import type { Instant } from '#server/domain/time.ts';
import { clientOf, intentOf, noPause, ORDER, recorder, recordingLog, wireOrder } from '#tests/alpaca/fixtures.ts';
import { scriptedBroker } from '#tests/alpaca/scripted-broker.ts';

test('trading-signals #1178, kalshi #135: a layer below sent the order again, each time under a new id', async () => {
  await using broker = await scriptedBroker();
  broker.on('POST /v2/orders', (_, answer) => (broker.count('POST /v2/orders') % 2 === 0 ? answer.drop() : answer.json(503, {})));
  const told = recorder();
  const parts = { client: clientOf(broker), tell: told.tell, gate: { level: () => 'armed' as const }, log: recordingLog(), pause: noPause };
  const alpaca = createBroker({ ...parts, clock: { now: () => 0 as Instant } });
  alpaca.perform({ kind: 'place', order: ORDER, intent: intentOf() });
  await alpaca.drain(10_000);
  expect(broker.heard.map(({ body }) => (body as { client_order_id: string }).client_order_id)).toEqual([ORDER]);
  expect(told.events).toMatchObject([{ kind: 'orderUnknown', order: ORDER }]);
});

test('bytex #16: the parts of a fill had ids of their own in one source, so its dedupe let them pass', () => {
  const activity = { order_id: 'b-1', price: '1', qty: '1', side: 'buy', symbol: 'AAPL', transaction_time: '2026-01-05T15:00:00Z' };
  expect(FillActivity.parse({ ...activity, id: '20260105150000000::x-1' }).executionId).toBe('x-1');
});

test('Lean #9588: a field that the broker had removed stopped every start', () => {
  const { id, client_order_id, symbol, side, status } = wireOrder() as Record<string, unknown>;
  expect(Order.parse({ id, client_order_id, symbol, side, status, a_new_field: { deep: [1] } })).toMatchObject({ updatedAt: undefined });
});
