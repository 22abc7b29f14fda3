/** Sends an order, and says what is known of it afterwards. A refusal is a fact; silence is not. */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import { rowOf } from '#server/domain/broker-status.ts';
import type { Intent } from '#server/domain/decision.ts';
import { type BrokerOrderId, type OrderId, stopSideOf } from '#server/domain/ids.ts';
import type { OrderView } from '#server/domain/statement.ts';
import { type Answer, NotSentError } from './answer.ts';
import { lookUp } from './asking.ts';
import { type LastLook, lookAtOrder } from './last-look.ts';
import { newPrices, orderRequest } from './order-request.ts';
import { OrderGroup } from './order-schema.ts';
import { OriginError } from './origins.ts';
import type { Parts } from './parts.ts';

/** The code of "client_order_id must be unique", and of some malformed requests. */
const MAYBE_DUPLICATE = '40010001';

export interface Placing {
  readonly order: OrderId;
  readonly intent: Intent;
  /** The broker's id of the order in whose place it is to stand. */
  readonly replaces?: BrokerOrderId | undefined;
  /** It was cancelled while it waited for its turn. */
  readonly isWithdrawn: () => boolean;
}

function lookAgain({ gate }: Parts, { intent, isWithdrawn }: Placing): void {
  if (isWithdrawn()) throw new NotSentError('WITHDRAWN', 'it was cancelled before it was sent');
  lookAtOrder(gate, intent);
}

const send = ({ trading: { orders } }: Alpaca, { order, intent, replaces }: Placing, init: LastLook) =>
  replaces === undefined
    ? orders.postOrderRaw({ postOrderRequest: orderRequest(order, intent) }, init)
    : orders.patchOrderByOrderIdRaw({ orderId: replaces, patchOrderRequest: newPrices(order, intent) }, init);

/** Whether it left this process; what became of it is told. */
export async function place(parts: Parts, placing: Placing): Promise<'sent' | 'notSent'> {
  const { client, tell } = parts;
  const { order, intent } = placing;
  const lane = intent.portfolio === undefined && intent.purpose === 'reduce' ? 'kill' : 'order';
  try {
    const answer = await client.change(lane, (alpaca) => send(alpaca, placing, { lastLook: () => lookAgain(parts, placing) }));
    await conclude(parts, placing, answer);
  } catch (error) {
    if (!(error instanceof NotSentError || error instanceof OriginError)) {
      tell({ kind: 'orderUnknown', order, reason: error instanceof Error ? error.message : String(error) });
      return 'sent';
    }
    // Both are thrown before a socket opens, so they are definite.
    const code = error instanceof NotSentError ? error.code : 'BLOCKED_ORIGIN';
    tell({ kind: 'orderRejected', order, code, reason: error.message });
    return 'notSent';
  }
  return 'sent';
}

async function conclude(parts: Parts, { order, intent }: Placing, answer: Answer): Promise<void> {
  const { tell, reader, orders } = parts;
  if (answer.kind === 'silence') {
    tell({ kind: 'orderUnknown', order, reason: answer.text });
    return;
  }
  if (answer.kind === 'refused') {
    if (answer.status === 422 && answer.code === MAYBE_DUPLICATE) await settleDuplicate(parts, order, answer);
    else tell({ kind: 'orderRejected', order, code: answer.code, reason: answer.text });
    return;
  }
  const group = reader.read('order', OrderGroup, answer.body);
  if (group === undefined || group.view.id !== order) {
    tell({ kind: 'orderUnknown', order, reason: `HTTP ${answer.status}: the reply does not name this order` });
    return;
  }
  const views = orders.learn(group);
  for (const view of views) accepted(parts, view);
  const stopSide = stopSideOf(order);
  // It is there, since the pair was taken whole; by which name, the broker is asked.
  if (intent.type === 'oco' && !views.some(({ id }) => id === stopSide))
    tell({ kind: 'orderUnknown', order: stopSide, reason: 'the reply does not name the stop-loss' });
}

function accepted({ tell }: Parts, view: OrderView): void {
  tell({ kind: 'orderAccepted', order: view.id, brokerId: view.brokerId });
  // Fills come with their prices by the stream; an ending without them is only said here.
  const { reads } = rowOf(view.brokerStatus);
  if (reads !== 'working' && reads !== 'filled') tell({ kind: 'orderSeen', view });
}

/**
 * "The id must be unique" means that we sent it before: not a refusal. The wording is the broker's to change, so unless
 * it plainly speaks of something else and the broker plainly does not have the order, it stays unknown.
 */
async function settleDuplicate(parts: Parts, order: OrderId, answer: Answer & { kind: 'refused' }): Promise<void> {
  const { tell } = parts;
  if (!answer.text.includes('client_order_id')) {
    const found = await lookUp(parts, order, 'order');
    if (found.kind === 'notFound') {
      tell({ kind: 'orderRejected', order, code: answer.code, reason: answer.text });
      return;
    }
  }
  tell({ kind: 'orderUnknown', order, reason: answer.text });
}
