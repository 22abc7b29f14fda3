/** No order leaves before its intent, under the same client order id, would survive a crash. */
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

export const inv02: Invariant = {
  name: 'INV-02 intent durable before send',
  watch: ({ durable }) => ({
    onSend: (sent) => {
      if (!isOrderRequest(sent)) return undefined;
      const { clientOrderId, symbol, side } = orderIn(sent);
      const placed = durable.placed.get(clientOrderId);
      if (placed === undefined) return `order ${clientOrderId} left, and no committed entry places it`;
      const { intent } = placed;
      if (sent.method === 'PATCH') return undefined;
      return intent.symbol === symbol && intent.side === side
        ? undefined
        : `order ${clientOrderId} left as ${side} ${symbol}, its intent is another`;
    },
  }),
};
