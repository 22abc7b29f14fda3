/** No order under a name of ours is at the broker that the journal did not place. */
import { parseOrderId } from '#server/domain/ids.ts';
import type { Invariant } from './invariant.ts';

export const inv31: Invariant = {
  name: 'INV-31 no order without a cause in the journal',
  watch: ({ durable }) => ({
    onTruth: ({ order }) => {
      const { clientOrderId: id } = order;
      return parseOrderId(id) === undefined || durable.placed.has(id) ? undefined : `order ${id} is at the broker, no entry placed it`;
    },
  }),
};
