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

type IsAbove = (a: Order, b: Order) => boolean;

/** Moves the order at a place up to where it belongs. */
function rise(heap: Order[], from: number, isAbove: IsAbove): void {
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
}

/** Moves the order at a place down to where it belongs. */
function sink(heap: Order[], from: number, isAbove: IsAbove): void {
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
}

export function createLadder(priceOf: PriceOf, highestFirst: boolean): Ladder {
  let heap: Order[] = [];
  let endedCount = 0;

  const isAbove: IsAbove = (a, b) => {
    const left = priceOf(a);
    const right = priceOf(b);
    if (left === right) return a.seq < b.seq;
    return left > right === highestFirst;
  };
  const dropTop = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    sink(heap, 0, isAbove);
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
      rise(heap, heap.length - 1, isAbove);
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
      for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(heap, at, isAbove);
    },
    clear: () => {
      heap = [];
      endedCount = 0;
    },
  };
}
