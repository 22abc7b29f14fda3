/** Moving an order at the broker: what is sent, once, and what is told of each answer. */
import { expect, test } from 'vitest';
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { parsePrice } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { clientOf, intentOf, noPause, ORDER, recorder, recordingLog, wireOrder } from './fixtures.ts';
import { type Answering, scriptedBroker } from './scripted-broker.ts';

const PATCH = 'PATCH /v2/orders/b-old';
const OLD = 'r1-5-0s' as OrderId;

async function moved(answer: (answering: Answering) => void) {
  await using broker = await scriptedBroker();
  broker.on(PATCH, (_, answering) => answer(answering));
  const told = recorder();
  const clock = { now: () => 0 as Instant };
  const alpaca = createBroker({
    ...{ client: clientOf(broker), tell: told.tell, gate: { level: () => 'armed' as const }, clock, log: recordingLog(), pause: noPause },
  });
  const intent = intentOf({ type: 'stop', stopPrice: parsePrice('0.00000012'), purpose: 'reduce', side: 'sell', replaces: OLD });
  alpaca.perform({ kind: 'replace', order: ORDER, replaces: OLD, brokerId: 'b-old' as BrokerOrderId, intent });
  await alpaca.drain(10_000);
  return { events: told.events, sent: broker.heard.map(({ body }) => body), times: broker.count(PATCH) };
}

test('the new price as a decimal string, under an id of its own, without a quantity', async () => {
  const { events, sent } = await moved((answering) => answering.json(200, wireOrder({ id: 'b-new', replaces: 'b-old' })));
  expect(sent).toEqual([{ client_order_id: ORDER, stop_price: '0.00000012' }]);
  expect(events).toEqual([{ kind: 'orderAccepted', order: ORDER, brokerId: 'b-new' }]);
});

test.each<[Event['kind'], (answering: Answering) => void]>([
  ['orderRejected', (a) => a.json(422, { code: 42210000, message: 'order is already in "filled" state' })],
  ['orderUnknown', (a) => a.json(503, {})],
  ['orderUnknown', (a) => a.drop()],
  ['orderUnknown', (a) => a.json(200, wireOrder({ id: 'b-new', client_order_id: 'another' }))],
])('%s, and it is sent once', async (kind, answer) => {
  const { events, times } = await moved(answer);
  expect(events).toMatchObject([{ kind, order: ORDER }]);
  expect(times).toBe(1);
});
