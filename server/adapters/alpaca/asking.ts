/** What became of an order: asked by our own id, so it can be asked even when the broker's was never heard. */
import { type BrokerOrderId, type OrderId, requestOf } from '#server/domain/ids.ts';
import type { OrderView } from '#server/domain/statement.ts';
import type { Answer } from './answer.ts';
import type { Lane } from './budget.ts';
import { OrderGroup } from './order-schema.ts';
import type { Parts } from './parts.ts';

export type Found =
  | { readonly kind: 'found'; readonly view: OrderView }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'noAnswer'; readonly reason: string };

/** `known`: the broker's id of it by the books; a new process has not heard it, and of a leg that was replaced nothing else tells. */
export async function lookUp(parts: Parts, order: OrderId, lane: Lane, known?: BrokerOrderId): Promise<Found> {
  const { client, orders } = parts;
  const request = requestOf(order);
  const brokerId = order === request ? undefined : (orders.brokerIdOf(order) ?? known);
  const answer = await client.read(lane, ({ trading }) =>
    brokerId === undefined
      ? trading.orders.getOrderByClientOrderIdRaw({ clientOrderId: request })
      : trading.orders.getOrderByOrderIDRaw({ orderId: brokerId }),
  );
  const found = readFound(parts, order, answer, brokerId);
  if (found.kind !== 'elsewhere') return found;
  // The stop-loss of a pair has no client order id of ours: it is found below its take-profit.
  const nested = await client.read(lane, ({ trading }) => trading.orders.getOrderByOrderIDRaw({ orderId: found.brokerId, nested: true }));
  const below = readFound(parts, order, nested, undefined);
  return below.kind === 'elsewhere' ? { kind: 'noAnswer', reason: 'its take-profit is there, and lists no stop-loss' } : below;
}

type Read = Found | { readonly kind: 'elsewhere'; readonly brokerId: BrokerOrderId };

function readFound({ reader, orders }: Parts, order: OrderId, answer: Answer, brokerId: BrokerOrderId | undefined): Read {
  if (answer.kind === 'refused' && answer.status === 404) return { kind: 'notFound' };
  if (answer.kind !== 'ok') return { kind: 'noAnswer', reason: answer.text };
  const group = reader.read('order', OrderGroup, answer.body);
  if (group !== undefined && group.view.brokerId === brokerId) orders.note({ id: order, brokerId, symbol: group.view.symbol });
  const views = group === undefined ? [] : orders.learn(group);
  const view = views.find(({ id }) => id === order);
  if (view !== undefined) return { kind: 'found', view };
  const [first] = views;
  if (first?.id === requestOf(order)) return { kind: 'elsewhere', brokerId: first.brokerId };
  return { kind: 'noAnswer', reason: 'the reply does not name this order' };
}

export async function ask(parts: Parts, order: OrderId, brokerId?: BrokerOrderId): Promise<void> {
  const found = await lookUp(parts, order, 'ask', brokerId);
  if (found.kind === 'found') parts.tell({ kind: 'orderSeen', view: found.view, asked: true });
  else if (found.kind === 'notFound') parts.tell({ kind: 'orderNotFound', order });
  // Nothing is told without an answer: the engine asks again by itself.
  else parts.log.debug({ order, reason: found.reason }, 'the broker did not answer what became of an order');
}
