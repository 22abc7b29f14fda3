/**
 * Executions come by the stream and by asking: each is told once. Its id says which one it is; and since two sources might
 * name it differently, and a source might name it twice, the broker's own count proves it too: an order is never filled for
 * more than the broker ever said. (The engine drops repetitions of an id as well; the journal need not hold them.)
 */
import type { ExecutionId, OrderId } from '#server/domain/ids.ts';
import type { Price, Quantity } from '#server/domain/money.ts';
import type { Fill } from '#server/domain/order.ts';
import type { Log, Tell } from '#server/runtime/ports.ts';

export interface Heard {
  readonly by: 'stream' | 'asking';
  /** How much of the order was filled after this execution, as the broker counts; nothing when it did not say. */
  readonly filledAfter: Quantity | undefined;
}

export interface FillBook {
  tell(fill: Fill, heard: Heard): void;
  /** It is in the opening balance: never tell it. */
  skip(id: ExecutionId): void;
  knows(id: ExecutionId): boolean;
  /** The broker took an execution of this order back: its counts begin anew. */
  recount(order: OrderId): void;
}

interface Told {
  readonly quantity: Quantity;
  readonly price: Price;
  readonly filledAfter: Quantity;
}

interface Count {
  told: bigint;
  /** The most that the broker ever said. */
  claimed: bigint;
  readonly byStream: Told[];
}

const KEPT_EXECUTIONS = 20_000;
const KEPT_ORDERS = 2_000;

function dropOldest<T>(from: { readonly size: number; keys(): Iterator<T>; delete(key: T): boolean }, kept: number): void {
  if (from.size <= kept) return;
  const oldest = from.keys().next();
  if (oldest.done !== true) from.delete(oldest.value);
}

export function createFillBook(tell: Tell, log: Log): FillBook {
  const known = new Set<ExecutionId>();
  const counts = new Map<OrderId, Count>();

  const skip = (id: ExecutionId): void => {
    known.add(id);
    dropOldest(known, KEPT_EXECUTIONS);
  };
  const countOf = (order: OrderId): Count => {
    const count = counts.get(order) ?? { told: 0n, claimed: 0n, byStream: [] };
    counts.set(order, count);
    dropOldest(counts, KEPT_ORDERS);
    return count;
  };
  /** Whether the broker's counts say that this execution was told already, under another id. */
  const isRepetition = (count: Count, { quantity, price }: Fill, { by, filledAfter }: Told & Heard): boolean => {
    if (count.told + quantity > count.claimed) return true;
    const isSame = (one: Told): boolean => one.filledAfter === filledAfter && one.quantity === quantity && one.price === price;
    return by === 'asking' && count.byStream.some(isSame);
  };
  return {
    skip,
    knows: (id) => known.has(id),
    recount: (order) => void counts.delete(order),
    tell: (fill, heard) => {
      if (known.has(fill.executionId)) return;
      const { quantity, price, order } = fill;
      const { filledAfter } = heard;
      // A count below the execution itself was left out, or is stale: it proves nothing.
      if (filledAfter !== undefined && filledAfter >= quantity) {
        const count = countOf(order);
        if (filledAfter > count.claimed) count.claimed = filledAfter;
        if (isRepetition(count, fill, { ...heard, quantity, price, filledAfter })) {
          // Not noted as known: should the broker count more one day, it is told after all.
          log.warn({ order, executionId: fill.executionId, by: heard.by }, 'an execution came again under another id');
          return;
        }
        count.told += quantity;
        if (heard.by === 'stream') count.byStream.push({ quantity, price, filledAfter });
      }
      skip(fill.executionId);
      tell({ kind: 'fill', fill });
    },
  };
}
