/**
 * Two orders given in one request (OCO). The broker names the stop-loss itself, so its messages say a name that is not ours:
 * it goes by ours as soon as we know whose stop-loss it is.
 */
import { z } from 'zod';
import { parseOrderId } from '#server/domain/ids.ts';
import type { OrderView } from '#server/domain/statement.ts';
import { OrderGroup } from './order-schema.ts';
import type { Parts } from './parts.ts';

const LIST = 500;

/** Some order's stop-loss, and we do not know whose. */
export const isUnnamed = ({ orders }: Pick<Parts, 'orders'>, { isPair, view }: OrderGroup): boolean =>
  isPair && parseOrderId(view.id) === undefined && orders.byBrokerId(view.brokerId) === undefined;

/**
 * The latest orders, each with its legs: after this they have their names, and what the list did not bring is a stranger's. False
 * when the broker did not answer: then nobody may take for a stranger what is only unnamed.
 */
export async function learnLatestOrders({ client, reader, orders }: Parts, symbol?: OrderView['symbol']): Promise<boolean> {
  const query = { status: 'all', limit: LIST, direction: 'desc', nested: true } as const;
  const answer = await client.read('ask', (alpaca) =>
    alpaca.trading.orders.getAllOrdersRaw(symbol === undefined ? query : { ...query, symbols: symbol }),
  );
  const list = answer.kind === 'ok' ? reader.read('orders', z.array(z.unknown()), answer.body) : undefined;
  for (const raw of list ?? []) {
    const group = reader.read('order', OrderGroup, raw);
    if (group !== undefined) orders.learn(group);
  }
  return list !== undefined;
}
