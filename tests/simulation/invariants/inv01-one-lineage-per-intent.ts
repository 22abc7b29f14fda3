/** An intent has at most one order at the broker, and a symbol at most one that opens: what is unknown is never given again. */
import { parseOrderId } from '#server/domain/ids.ts';
import { booksOf } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv01: Invariant = {
  name: 'INV-01 one order at the broker for an intent',
  watch: ({ truth, durable, hosts }) => {
    const opening = new Map<string, Set<string>>();
    const isGivenUp = (id: string): boolean =>
      hosts.some(
        ({ process }) =>
          booksOf(process)
            ?.orders.get(id as never)
            ?.refusal?.startsWith('NEVER_ARRIVED') === true,
      );
    return {
      onTruth: ({ order }, before) => {
        const id = order.clientOrderId;
        if (parseOrderId(id) === undefined) return undefined;
        if ((truth.byClientId.get(id)?.length ?? 0) > 1) return `the broker has two orders ${id}`;
        if (durable.placed.get(id)?.intent.purpose !== 'open') return undefined;
        const open = opening.get(order.symbol) ?? new Set();
        opening.set(order.symbol, open);
        if (truth.orders.get(order.id)?.isOpen !== true) open.delete(id);
        else if (before === undefined) {
          const other = [...open].find((one) => !isGivenUp(one));
          open.add(id);
          if (other !== undefined) return `${id} came to the broker while ${other} could still open ${order.symbol}`;
        }
        return undefined;
      },
    };
  },
};
