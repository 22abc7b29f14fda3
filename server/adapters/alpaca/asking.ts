/** What became of an order: asked by our own id, so it can be asked even when the broker's was never heard. */
import type { OrderId } from '#server/domain/ids.ts';
import type { OrderView } from '#server/domain/statement.ts';
import type { Lane } from './budget.ts';
import { Order } from './order-schema.ts';
import type { Parts } from './parts.ts';

export type Found =
  | { readonly kind: 'found'; readonly view: OrderView }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'noAnswer'; readonly reason: string };

export async function lookUp({ client, reader, orders }: Parts, order: OrderId, lane: Lane): Promise<Found> {
  const answer = await client.read(lane, (alpaca) => alpaca.trading.orders.getOrderByClientOrderIdRaw({ clientOrderId: order }));
  if (answer.kind === 'refused' && answer.status === 404) return { kind: 'notFound' };
  if (answer.kind !== 'ok') return { kind: 'noAnswer', reason: answer.text };
  const view = reader.read('order', Order, answer.body);
  if (view === undefined || view.id !== order) return { kind: 'noAnswer', reason: 'the reply does not name this order' };
  orders.note(view);
  return { kind: 'found', view };
}

export async function ask(parts: Parts, order: OrderId): Promise<void> {
  const found = await lookUp(parts, order, 'ask');
  if (found.kind === 'found') parts.tell({ kind: 'orderSeen', view: found.view });
  else if (found.kind === 'notFound') parts.tell({ kind: 'orderNotFound', order });
  // Nothing is told without an answer: the engine asks again at its next tick.
  else parts.log.debug({ order, reason: found.reason }, 'the broker did not answer what became of an order');
}
