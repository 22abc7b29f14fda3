/** Which of our ids belongs to which of the broker's: told by every reply and message, forgotten when it is long ago. */
import type { AssetSymbol, BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import type { OrderView } from '#server/domain/statement.ts';

export interface KnownOrder {
  readonly id: OrderId;
  readonly symbol: AssetSymbol;
}

export interface OrderIndex {
  note(view: Pick<OrderView, 'id' | 'brokerId' | 'symbol'>): void;
  byBrokerId(brokerId: BrokerOrderId): KnownOrder | undefined;
  brokerIdOf(id: OrderId): BrokerOrderId | undefined;
}

const KEPT = 5_000;

export function createOrderIndex(): OrderIndex {
  const ours = new Map<BrokerOrderId, KnownOrder>();
  const theirs = new Map<OrderId, BrokerOrderId>();
  return {
    note: ({ id, brokerId, symbol }) => {
      ours.set(brokerId, { id, symbol });
      theirs.set(id, brokerId);
      if (ours.size <= KEPT) return;
      for (const [oldest, known] of ours) {
        ours.delete(oldest);
        theirs.delete(known.id);
        return;
      }
    },
    byBrokerId: (brokerId) => ours.get(brokerId),
    brokerIdOf: (id) => theirs.get(id),
  };
}
