/** Which of our ids belongs to which of the broker's: told by every reply and message, forgotten when it is long ago. */
import { type AssetSymbol, type BrokerOrderId, type OrderId, parseOrderId, stopSideOf } from '#server/domain/ids.ts';
import type { OrderView } from '#server/domain/statement.ts';
import type { OrderGroup } from './order-schema.ts';

export interface KnownOrder {
  readonly id: OrderId;
  readonly symbol: AssetSymbol;
}

export interface OrderIndex {
  note(view: Pick<OrderView, 'id' | 'brokerId' | 'symbol'>): void;
  /** Notes an order and its legs, and returns their views under our names: the stop-loss of a pair of ours is called after it. */
  learn(group: OrderGroup): readonly OrderView[];
  byBrokerId(brokerId: BrokerOrderId): KnownOrder | undefined;
  brokerIdOf(id: OrderId): BrokerOrderId | undefined;
}

const KEPT = 5_000;

export function createOrderIndex(): OrderIndex {
  const ours = new Map<BrokerOrderId, KnownOrder>();
  const theirs = new Map<OrderId, BrokerOrderId>();
  const note: OrderIndex['note'] = ({ id, brokerId, symbol }) => {
    ours.set(brokerId, { id, symbol });
    theirs.set(id, brokerId);
    if (ours.size <= KEPT) return;
    for (const [oldest, known] of ours) {
      ours.delete(oldest);
      theirs.delete(known.id);
      return;
    }
  };
  return {
    note,
    learn: ({ view, legs, isPair }) => {
      const own = { ...view, id: ours.get(view.brokerId)?.id ?? view.id };
      const isOurPair = isPair && parseOrderId(own.id) !== undefined;
      const named = [
        own,
        ...legs.map((leg) => (isOurPair && parseOrderId(leg.id) === undefined ? { ...leg, id: stopSideOf(own.id) } : leg)),
      ];
      named.forEach(note);
      return named;
    },
    byBrokerId: (brokerId) => ours.get(brokerId),
    brokerIdOf: (id) => theirs.get(id),
  };
}
