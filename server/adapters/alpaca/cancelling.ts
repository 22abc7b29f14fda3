/** Cancels: one order by the broker's id, or everything at once. The stream tells when it took effect. */

import { z } from 'zod';
import { isOver } from '#server/domain/broker-status.ts';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import { type Answer, NotSentError } from './answer.ts';
import { lookUp } from './asking.ts';
import { type LastLook, lookAtCancel } from './last-look.ts';
import { BatchItem } from './order-schema.ts';
import type { Parts } from './parts.ts';

export async function cancel(parts: Parts, order: OrderId, brokerId: BrokerOrderId | undefined): Promise<void> {
  const orderId = brokerId ?? parts.orders.brokerIdOf(order) ?? (await findBrokerId(parts, order));
  if (orderId === undefined) return;
  const answer = await unlessSevered(parts, (init) =>
    parts.client.change('kill', (alpaca) => alpaca.trading.orders.deleteOrderByOrderIDRaw({ orderId }, init)),
  );
  if (answer.kind === 'ok') parts.tell({ kind: 'cancelAccepted', order });
  else if (answer.kind === 'silence') parts.tell({ kind: 'cancelUnknown', order, reason: answer.text });
  // Not known by this id, not cancellable any more, or something else: the engine asks.
  else parts.tell({ kind: 'cancelRefused', order, reason: answer.text });
}

/** What is kept back by ourselves is a no like another: the order is asked for, and its cancel repeated. */
async function unlessSevered({ gate }: Parts, send: (init: LastLook) => Promise<Answer>): Promise<Answer> {
  try {
    return await send({ lastLook: () => lookAtCancel(gate) });
  } catch (error) {
    if (!(error instanceof NotSentError)) throw error;
    return { kind: 'refused', status: 0, code: error.code, text: error.message, retryAfterMs: undefined };
  }
}

/** The broker's id of an order that can still be cancelled; when there is none, what was learnt is told. */
async function findBrokerId(parts: Parts, order: OrderId): Promise<BrokerOrderId | undefined> {
  const found = await lookUp(parts, order, 'kill');
  if (found.kind === 'noAnswer') parts.tell({ kind: 'cancelUnknown', order, reason: found.reason });
  else if (found.kind === 'notFound') parts.tell({ kind: 'orderNotFound', order });
  else if (isOver(found.view.brokerStatus)) parts.tell({ kind: 'orderSeen', view: found.view, asked: true });
  else return found.view.brokerId;
  return undefined;
}

const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 500;

/** Tries until the broker has taken it: orders that we do not know are reached by nothing else. */
export async function cancelEverything(parts: Parts): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await parts.pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    const answer = await unlessSevered(parts, (init) =>
      parts.client.change('kill', (alpaca) => alpaca.trading.orders.deleteAllOrdersRaw(init)),
    );
    if (answer.kind === 'refused' && answer.code === 'KILL_LATCH') return;
    if (answer.kind === 'ok') {
      lookAtEach(parts, answer.body);
      return;
    }
    parts.log.warn({ attempt: attempt + 1, reason: answer.text }, 'the broker did not take "cancel all"');
  }
  parts.log.error({ attempts: ATTEMPTS }, 'the broker never took "cancel all": cancel at the broker by hand');
}

/** HTTP 207 says nothing about the single orders: each has a status of its own. */
function lookAtEach({ reader, orders, tell, log }: Parts, body: unknown): void {
  for (const raw of reader.read('cancelled orders', z.array(z.unknown()), body ?? []) ?? []) {
    const item = reader.read('cancelled order', BatchItem, raw);
    if (item === undefined || item.status < 300) continue;
    const reason = item.body?.message ?? `status ${item.status}`;
    const known = orders.byBrokerId((item.id ?? '') as BrokerOrderId);
    log.info({ brokerId: item.id, order: known?.id, reason }, 'an order was not cancelled with the others');
    if (known !== undefined) tell({ kind: 'cancelRefused', order: known.id, reason });
  }
}
