/** The status of an order: a function of what we asked for and what the broker said, so that it can not know more than they do. */
import { rowOf } from './broker-status.ts';
import { isFinal, type Order, type OrderStatus } from './order.ts';

/** `sibling` is the other order of its pair, while it is remembered. */
export function statusOf(order: Order, sibling: Order | undefined): OrderStatus {
  const { broker, filled, quantity, contradiction, ending } = order;
  if (filled >= quantity) return 'filled';
  if (broker === undefined && filled === 0n) return ofRequest(order);
  if (contradiction !== undefined) return 'unknown';
  const ended = broker === undefined ? undefined : endingOf(order);
  if (ended !== undefined) return ended;
  if (sibling !== undefined && isFilledWith(order, sibling)) return 'filled';
  return ending !== undefined || (broker !== undefined && rowOf(broker.status).reads === 'cancelling') ? 'cancelling' : 'working';
}

function ofRequest({ request, ending }: Order): OrderStatus {
  if (request === 'acked') return ending === undefined ? 'working' : 'cancelling';
  return request === 'refused' || request === 'abandoned' ? 'rejected' : request;
}

/** The ending that the broker tells, once we hold all the fills that it counts. */
function endingOf({ broker, filled }: Order): OrderStatus | undefined {
  if (broker === undefined || filled < broker.filled) return undefined;
  const { reads } = rowOf(broker.status);
  return isFinal(reads) && !(reads === 'filled' && filled === 0n) ? reads : undefined;
}

/** Of a pair that filled in parts it is the stop-loss that took the rest, unless the broker says otherwise; of one that was moved it does. */
const isFilledWith = (order: Order, sibling: Order): boolean =>
  order.type !== 'limit' && order.replaces === undefined && order.filled > 0n && order.filled + sibling.filled >= order.quantity;
