/** When orders were accepted by the wall, so long as somebody wants to know. */
import { isRecord } from './codec.ts';
import type { Wall } from './wall.ts';

export interface AcceptedOrders {
  /** Remembers the order in an answer to its submission. */
  note(body: unknown): void;
  /** Whether it was accepted no longer ago; by id or by client order id. */
  isWithin(name: string, ms: number): boolean;
  clear(): void;
}

const MOST = 10_000;

export function createAcceptedOrders(wall: Wall): AcceptedOrders {
  let at = new Map<string, number>();
  return {
    note: (body) => {
      if (!isRecord(body)) return;
      if (at.size > MOST) at = new Map([...at].slice(-MOST / 2));
      for (const key of ['id', 'client_order_id']) at.set(String(body[key]), wall.now());
    },
    isWithin: (name, ms) => wall.now() - (at.get(name) ?? Number.NEGATIVE_INFINITY) < ms,
    clear: () => at.clear(),
  };
}
