/** Every order that leaves was approved, once, by a verdict in the same committed entry. */
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

export const inv22: Invariant = {
  name: 'INV-22 a verdict is durable before the order leaves',
  watch: ({ durable }) => ({
    onSend: (sent) => {
      if (!isOrderRequest(sent)) return undefined;
      const placed = durable.placed.get(orderIn(sent).clientOrderId);
      if (placed === undefined) return undefined;
      return placed.verdicts === 1 ? undefined : `order ${placed.id} left with ${placed.verdicts} approvals`;
    },
  }),
};
