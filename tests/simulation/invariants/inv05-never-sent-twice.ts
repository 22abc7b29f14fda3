/** An order's request leaves at most once, whatever became of the answer: this daemon asks, it does not send again. */
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

export const inv05: Invariant = {
  name: 'INV-05 no order is sent twice',
  watch: ({ time }) => {
    const sentAt = new Map<string, number>();
    return {
      onSend: (sent) => {
        if (!isOrderRequest(sent)) return undefined;
        const { clientOrderId } = orderIn(sent);
        const before = sentAt.get(clientOrderId);
        sentAt.set(clientOrderId, time.now);
        return before === undefined ? undefined : `order ${clientOrderId} left again, ${time.now - before} ms later`;
      },
    };
  },
};
