/**
 * An order that reduces never turns a position to the other side, nor is it for shares that another order at the broker is to close already;
 * where nobody else trades the symbol.
 */
import { formatFixed } from '#server/domain/money.ts';
import type { Mishap } from '../world/mishaps.ts';
import { availableOf } from '../world/truth.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

type OfSomebodyElse = Extract<Mishap, { kind: 'outsideOrder' | 'restingOrder' | 'transfer' }>;
const isOfSomebodyElse = (mishap: Mishap): mishap is OfSomebodyElse => ['outsideOrder', 'restingOrder', 'transfer'].includes(mishap.kind);

export const inv10: Invariant = {
  name: 'INV-10 a reducing order never turns the position',
  watch: ({ durable, mishaps, exchange }) => {
    const shared = new Set(mishaps.flatMap((mishap) => (isOfSomebodyElse(mishap) ? [mishap.symbol] : [])));
    return {
      onSend: (sent) => {
        // One that takes the place of another is for what that one is for.
        if (!isOrderRequest(sent) || sent.method !== 'POST') return undefined;
        const placed = durable.placed.get(orderIn(sent).clientOrderId);
        if (placed?.intent.purpose !== 'reduce') return undefined;
        const { symbol, side, quantity } = placed.intent;
        // Fees are taken in coins.
        if (shared.has(symbol) || symbol.includes('/')) return undefined;
        const free = availableOf(exchange, symbol) * (side === 'sell' ? 1n : -1n);
        return quantity <= free
          ? undefined
          : `${placed.id} (${side} ${formatFixed(quantity)}, reducing) left, and of ${symbol} only ${formatFixed(free)} is for no other order`;
      },
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
