/** Orders on their way out: until its own request has ended, what cancels or asks after an order waits for it. */
import type { Intent } from '#server/domain/decision.ts';
import { type BrokerOrderId, type OrderId, requestOf } from '#server/domain/ids.ts';
import type { Parts } from './parts.ts';
import { place } from './placing.ts';
import type { UnderWay } from './under-way.ts';

export interface Outgoing {
  place(order: OrderId, intent: Intent, replaces?: BrokerOrderId): void;
  /** If it still waits for its turn, it will not be sent. */
  withdraw(order: OrderId): void;
  withdrawAll(): void;
  /** Resolves when every request that is under way now has ended. */
  settled(): Promise<void>;
  /** Resolves when its request has ended: false when it turned out that it never left, and there is nothing to ask. */
  isOut(order: OrderId): Promise<boolean>;
}

interface Entry {
  isWithdrawn: boolean;
  isSent: boolean;
  ended: Promise<void>;
}

export function createOutgoing(parts: Parts, underWay: UnderWay): Outgoing {
  const entries = new Map<OrderId, Entry>();
  const withdraw = (entry: Entry | undefined): void => {
    if (entry !== undefined) entry.isWithdrawn = true;
  };
  return {
    place: (order, intent, replaces) => {
      const entry: Entry = { isWithdrawn: false, isSent: true, ended: Promise.resolve() };
      entries.set(order, entry);
      const work = async (): Promise<void> => {
        entry.isSent = (await place(parts, { order, intent, replaces, isWithdrawn: () => entry.isWithdrawn })) === 'sent';
      };
      entry.ended = underWay.once(`place ${order}`, work).finally(() => entries.delete(order));
    },
    withdraw: (order) => withdraw(entries.get(requestOf(order))),
    withdrawAll: () => entries.forEach(withdraw),
    settled: async () => {
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
    isOut: async (order) => {
      const entry = entries.get(requestOf(order));
      await entry?.ended;
      return entry?.isSent ?? true;
    },
  };
}
