/** The orders of ours that came to an end in the books since the last look, and what the broker truly has of an order. */
import type { Books } from '#server/domain/books.ts';
import { parseOrderId } from '#server/domain/ids.ts';
import { isFinal, type Order } from '#server/domain/order.ts';
import type { TrueOrder, Truth } from '../world/truth.ts';

export class Ended {
  readonly #open = new WeakMap<Books, Set<Order>>();

  /** Each once, unless it comes back and ends again. */
  *of(books: Books): Iterable<Order> {
    const open = this.#open.get(books) ?? new Set();
    this.#open.set(books, open);
    for (const order of open) {
      if (!isFinal(order.status)) continue;
      open.delete(order);
      yield order;
    }
    for (const market of books.markets.values())
      for (const order of market.openOrders) if (!open.has(order) && parseOrderId(order.id) !== undefined) open.add(order);
  }
}

/** By the broker's id; the stop-loss of a pair has no name of ours there. */
export const trueOrderOf = (truth: Truth, { id, brokerId }: Order): TrueOrder | undefined =>
  (brokerId === undefined ? undefined : truth.orders.get(brokerId)) ?? truth.byClientId.get(id)?.[0];

/** Given up after a minute of "not found", and told so. */
export const isGivenUp = ({ refusal }: Order): boolean => refusal?.startsWith('NEVER_ARRIVED') === true;
