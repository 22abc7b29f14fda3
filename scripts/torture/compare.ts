/** The books against the truth, to the nano-dollar: every difference in words. */

import type { OrderId } from '#server/domain/ids.ts';
import { stopSideOf } from '#server/domain/ids.ts';
import { formatFixed } from '#server/domain/money.ts';
import type { Books } from './daemon.ts';
import type { BrokerOrder, Truth } from './exchange.ts';

/** Orders that were given from outside the daemon begin so. */
export const OUTSIDE = 'outside-';
/** The request may have arrived, or not: the daemon does not know, and says so. */
const IN_DOUBT: readonly string[] = ['submitting', 'unknown'];
const ENDED: readonly string[] = ['filled', 'canceled', 'expired', 'rejected', 'replaced', 'done_for_day'];

/** Our names of an order and of its legs: the stop-loss of a pair has one of the broker's at the broker. */
export function namesOf(order: BrokerOrder): { readonly name: string; readonly order: Omit<BrokerOrder, 'legs'> }[] {
  const legs = (order.legs ?? []).map((leg) => ({ name: stopSideOf(order.client_order_id as OrderId) as string, order: leg }));
  return [{ name: order.client_order_id, order }, ...legs];
}

const openNames = (truth: Truth): Set<string> =>
  new Set(
    truth.openOrders
      .flatMap(namesOf)
      .filter(({ name, order }) => !name.startsWith(OUTSIDE) && !ENDED.includes(order.status))
      .map(({ name }) => name),
  );

export function differences(books: Books, truth: Truth, mayDoubt: boolean): string[] {
  const found: string[] = [];
  if (books.cash !== truth.cash)
    found.push(`cash is $${formatFixed(books.cash)} in the books and $${formatFixed(truth.cash)} at the exchange`);
  for (const symbol of new Set([...books.positions.keys(), ...truth.positions.keys()])) {
    const [ours, theirs] = [books.positions.get(symbol) ?? 0n, truth.positions.get(symbol) ?? 0n];
    if (ours !== theirs) found.push(`${symbol} is ${formatFixed(ours)} in the books and ${formatFixed(theirs)} at the exchange`);
  }
  const open = openNames(truth);
  for (const { id, status } of books.openOrders) {
    if (open.delete(id)) continue;
    if (mayDoubt && IN_DOUBT.includes(status)) continue;
    if (!id.startsWith(OUTSIDE)) found.push(`${id} is ${status} in the books and not open at the exchange`);
  }
  for (const id of open) found.push(`${id} is open at the exchange and not in the books`);
  return found;
}

/** Whether nothing happened between two looks. */
export const isSame = (one: Truth, other: Truth): boolean => fingerprint(one) === fingerprint(other);

const fingerprint = ({ cash, positions, openOrders }: Truth): string =>
  [
    formatFixed(cash),
    ...[...positions].map(([symbol, held]) => `${symbol} ${formatFixed(held)}`),
    ...openOrders.flatMap(namesOf).map(({ name, order }) => `${name} ${order.status} ${formatFixed(order.filled_qty)}`),
  ].join();
