/** Cancels that were accepted and not carried out: until then their orders trade on, and show `pending_cancel`. */
import type { Wall } from './wall.ts';

const OPEN: ReadonlySet<unknown> = new Set(['new', 'partially_filled', 'accepted', 'pending_new', 'held']);

export interface PendingCancels {
  has(orderId: string): boolean;
  /** Carries the cancel out after so long. */
  hold(orderId: string, ms: number, carryOut: () => void): void;
  /** Any body or message, as it is to be seen meanwhile. */
  shown(json: unknown): unknown;
  isEmpty(): boolean;
  clear(): void;
}

export function createPendingCancels(wall: Wall): PendingCancels {
  /** By order, the way to call the cancel off. */
  const held = new Map<string, () => void>();
  const shown = (json: unknown): unknown => {
    if (Array.isArray(json)) return json.map(shown);
    if (typeof json !== 'object' || json === null || json instanceof Date) return json;
    const bag = json as Record<string, unknown>;
    const isHeld = typeof bag['id'] === 'string' && held.has(bag['id']) && OPEN.has(bag['status']);
    const copy = Object.fromEntries(Object.entries(bag).map(([key, value]) => [key, shown(value)]));
    return isHeld ? { ...copy, status: 'pending_cancel' } : copy;
  };
  return {
    has: (orderId) => held.has(orderId),
    hold: (orderId, ms, carryOut) => {
      const callOff = wall.after(ms, () => {
        held.delete(orderId);
        carryOut();
      });
      held.set(orderId, callOff);
    },
    shown: (json) => (held.size === 0 ? json : shown(json)),
    isEmpty: () => held.size === 0,
    clear: () => {
      for (const callOff of held.values()) callOff();
      held.clear();
    },
  };
}
