/** An order that reduces never turns a position to the other side, where nobody else trades the symbol. */
import type { Invariant } from './invariant.ts';

export const inv10: Invariant = {
  name: 'INV-10 a reducing order never turns the position',
  watch: ({ durable, mishaps }) => {
    const shared = new Set(
      mishaps.flatMap((mishap) => (mishap.kind === 'outsideOrder' || mishap.kind === 'transfer' ? [mishap.symbol] : [])),
    );
    return {
      onTruth: ({ order, execution }) => {
        if (execution === undefined || shared.has(order.symbol)) return undefined;
        if (durable.placed.get(order.clientOrderId)?.intent.purpose !== 'reduce') return undefined;
        const after = execution.positionQuantity;
        const isTurned = order.side === 'sell' ? after < 0n : after > 0n;
        return isTurned ? `${order.clientOrderId} (${order.side}, reducing) left ${order.symbol} at ${after}` : undefined;
      },
    };
  },
};
