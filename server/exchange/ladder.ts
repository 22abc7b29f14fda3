/** Orders by price, the nearest to the market on top: a binary heap that forgets ended orders when it meets them. */
import { isOpen, type Order } from './order.ts';

export interface Ladder {
  add(order: Order): void;
  /** The open order on top. */
  top(): Order | undefined;
  /** Takes the open orders off whose price the market has reached, and puts them at the end of `into`. */
  take(reached: (price: bigint) => boolean, into: Order[]): void;
  /** Tells that an order that may be in here has ended; when those are many, they are swept out. */
  ended(): void;
  clear(): void;
}

/** The price must not change while the order is in the ladder. */
export type PriceOf = (order: Order) => bigint;

const SWEEP_FROM = 64;

export function createLadder(priceOf: PriceOf, highestFirst: boolean): Ladder {
  let heap: Order[] = [];
  let endedCount = 0;

  const isAbove = (a: Order, b: Order): boolean => {
    const left = priceOf(a);
    const right = priceOf(b);
    if (left === right) return a.seq < b.seq;
    return left > right === highestFirst;
  };
  const rise = (from: number): void => {
    let at = from;
    const order = heap[at] as Order;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Order;
      if (!isAbove(order, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = order;
  };
  const sink = (from: number): void => {
    let at = from;
    const order = heap[at] as Order;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isAbove(heap[child + 1] as Order, heap[child] as Order)) child += 1;
      const below = heap[child] as Order;
      if (!isAbove(below, order)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = order;
  };
  const dropTop = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    sink(0);
  };
  const top = (): Order | undefined => {
    for (;;) {
      const order = heap[0];
      if (order === undefined || isOpen(order)) return order;
      dropTop();
    }
  };
  return {
    add: (order) => {
      heap.push(order);
      rise(heap.length - 1);
    },
    top,
    take: (reached, into) => {
      for (let order = top(); order && reached(priceOf(order)); order = top()) {
        into.push(order);
        dropTop();
      }
    },
    ended: () => {
      endedCount += 1;
      if (endedCount < SWEEP_FROM || endedCount * 2 < heap.length) return;
      endedCount = 0;
      heap = heap.filter(isOpen);
      for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(at);
    },
    clear: () => {
      heap = [];
      endedCount = 0;
    },
  };
}
