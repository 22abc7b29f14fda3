/** The last line before the socket: an opening order whose latch closed while it waited for its turn, or for its connection, leaves no byte. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import type { KillLevel } from '#server/domain/kill.ts';
import type { KillSubject } from '#server/domain/kill-scope.ts';
import { clientOf, gateAt, intentOf, noPause, ORDER, recorder, recordingLog } from '#tests/alpaca/fixtures.ts';

/** Takes bytes, and answers each request that the broker does not know such an order. */
async function tap() {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (bytes) => {
      heard.push(bytes.toString('latin1'));
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const end = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, heard, [Symbol.asyncDispose]: end };
}

function brokerOn(url: string, level: (subject?: KillSubject) => KillLevel, requestsPerMinute = 1_000) {
  const told = recorder();
  const client = clientOf({ url }, { requestsPerMinute });
  const clock = { now: () => 0 as never };
  return { client, told, broker: createBroker({ client, tell: told.tell, gate: { level }, clock, log: recordingLog(), pause: noPause }) };
}

const place = (order: string, changes: Parameters<typeof intentOf>[0] = {}) =>
  ({ kind: 'place', order: order as OrderId, intent: intentOf(changes) }) as const;

test('a latch that closes while the connection is made keeps the order back: no byte of it is seen', async () => {
  await using wire = await tap();
  let looks = 0;
  const { broker, told } = brokerOn(wire.url, () => (looks++ === 0 ? 'armed' : 'reduceOnly'));
  broker.perform(place(ORDER));
  await broker.drain(2_000);
  expect(told.events).toMatchObject([{ kind: 'orderRejected', order: ORDER, code: 'KILL_LATCH' }]);
  expect(looks).toBe(2);
  expect(wire.heard).toEqual([]);
});

test('orders that wait in the request budget are looked at when their turn comes, and cancels go before them', async () => {
  await using wire = await tap();
  const gate = gateAt('armed');
  const { broker, told } = brokerOn(wire.url, gate.level, 40);
  for (let nth = 0; nth < 30; nth++) broker.perform(place(`r1-${nth}-0`));
  // Thirty of the forty are for cancels alone.
  for (let nth = 0; nth < 10; nth++) await told.next('orderUnknown');
  gate.now = 'cancelOpening';
  const before = wire.heard.filter((bytes) => bytes.startsWith('POST')).length;
  broker.perform({ kind: 'cancel', order: 'r0-1-0' as OrderId, brokerId: 'b-9' as BrokerOrderId });
  await told.next('cancelAccepted');
  expect(wire.heard.filter((bytes) => bytes.startsWith('POST'))).toHaveLength(before);
  expect(before).toBe(10);
});

test('a latch of another symbol holds nothing back, one of its own does', async () => {
  await using wire = await tap();
  const { broker, told } = brokerOn(wire.url, (subject) => (subject?.symbol === 'MSFT' ? 'halt' : 'armed'));
  broker.perform(place('r1-1-0', { symbol: 'MSFT' as never }));
  broker.perform(place('r1-2-0'));
  await broker.drain(2_000);
  expect(told.events.find((event) => 'order' in event && event.order === 'r1-1-0')).toMatchObject({ code: 'KILL_LATCH' });
  expect(wire.heard.join('')).not.toContain('r1-1-0');
  expect(wire.heard.join('')).toContain('r1-2-0');
});

test('at sever no cancel leaves either, and nothing at all once the key is let go', async () => {
  await using wire = await tap();
  const { broker, client, told } = brokerOn(wire.url, () => 'sever');
  broker.perform({ kind: 'cancel', order: ORDER, brokerId: 'b-1' as BrokerOrderId });
  broker.perform({ kind: 'cancelEverything' });
  await broker.drain(2_000);
  expect(told.events).toMatchObject([{ kind: 'cancelRefused', order: ORDER }]);
  client.sever();
  expect(await client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw())).toMatchObject({ kind: 'silence' });
  await expect(client.change('kill', (alpaca) => alpaca.trading.orders.deleteAllOrdersRaw())).rejects.toThrow('severed');
  expect(wire.heard).toEqual([]);
});

test('an order that nobody looked at is not sent', async () => {
  await using wire = await tap();
  const { client } = brokerOn(wire.url, () => 'armed');
  const postOrderRequest = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', timeInForce: 'day' } as const;
  await expect(client.change('order', ({ trading }) => trading.orders.postOrderRaw({ postOrderRequest }))).rejects.toThrow(/last look/);
  const patch = { orderId: 'b-1', patchOrderRequest: { qty: '2' } };
  await expect(client.change('order', ({ trading }) => trading.orders.patchOrderByOrderIdRaw(patch))).rejects.toThrow(/last look/);
  expect(wire.heard).toEqual([]);
});
