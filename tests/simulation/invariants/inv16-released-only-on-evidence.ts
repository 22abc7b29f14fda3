/** No order is over in the books while it lives at the broker, unless it was given up as never arrived, and told so. */
import { parseOrderId } from '#server/domain/ids.ts';
import { isFinal } from '#server/domain/order.ts';
import { liveBooks } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv16: Invariant = {
  name: 'INV-16 exposure is released only on evidence',
  watch: (evidence) => ({
    after: () => {
      for (const { order, isOpen } of evidence.truth.open()) {
        if (!isOpen) continue;
        for (const { books } of liveBooks(evidence)) {
          const ours = books.orders.get(order.clientOrderId as never);
          // Of orders that are not ours the books keep their fills alone.
          if (
            ours === undefined ||
            parseOrderId(ours.id) === undefined ||
            !isFinal(ours.status) ||
            ours.refusal?.startsWith('NEVER_ARRIVED') === true
          )
            continue;
          return `order ${ours.id} is ${ours.status} in the books and ${order.status} at the broker`;
        }
      }
      return undefined;
    },
  }),
};
