/** The list of orders: filtered, sorted by submission, paged, and rolled up under their entries when asked for nested. */
import { isOpen, type Order } from './order.ts';
import { allOpenOrders, findOrderById, legsOf, oldestOrder, orderAt, orderCount, parentOf } from './order-book.ts';
import { unprocessable } from './refusal.ts';
import type { OrderFilter } from './requests.ts';
import type { World } from './world.ts';

export function listOrders(world: World, filter: OrderFilter): Order[] {
  const matches = makeFilter(world, filter);
  const found: Order[] = [];
  const isAscending = filter.direction === 'asc';
  // Open orders are few: only they are walked when only they are asked for, and when nested their closed entries.
  const open = filter.status === 'open' ? openWithEntries(world, filter.nested) : undefined;
  const first = open ? 0 : oldestOrder(world.orders);
  const end = open ? open.length : orderCount(world.orders);
  for (let i = 0; i < end - first && found.length < filter.limit; i++) {
    const index = isAscending ? first + i : end - 1 - i;
    const order = open ? open[index] : orderAt(world.orders, index);
    if (order && matches(order)) found.push(order);
  }
  return found;
}

function openWithEntries(world: World, nested: boolean): Order[] {
  const open = allOpenOrders(world.orders);
  if (!nested) return open;
  const entries = new Map<string, Order>();
  for (const order of open) {
    const entry = parentOf(world.orders, order) ?? order;
    entries.set(entry.id, entry);
  }
  return [...entries.values()].sort((a, b) => a.seq - b.seq);
}

function makeFilter(world: World, filter: OrderFilter): (order: Order) => boolean {
  const { assets } = world.tape;
  const symbolOf = (name: string): string => (assets.find(name) ?? assets.find(name.toUpperCase()))?.instrument.symbol ?? name;
  const symbols = filter.symbols && new Set(filter.symbols.map(symbolOf));
  if (filter.beforeOrderId !== undefined && filter.afterOrderId !== undefined) {
    unprocessable('only one of before_order_id and after_order_id can be given');
  }
  const before = seqOf(world, filter.beforeOrderId) ?? Number.POSITIVE_INFINITY;
  const after = seqOf(world, filter.afterOrderId) ?? -1;
  return (order) => {
    if (filter.nested && order.parentId !== null) return false;
    if (order.seq >= before || order.seq <= after) return false;
    if (filter.after !== undefined && order.submittedAt <= filter.after) return false;
    if (filter.until !== undefined && order.submittedAt >= filter.until) return false;
    if (symbols && !symbols.has(order.symbol)) return false;
    if (filter.side !== undefined && order.side !== filter.side) return false;
    if (filter.assetClasses && !filter.assetClasses.includes(order.assetClass)) return false;
    return hasStatus(world, order, filter);
  };
}

/** A held stop-loss leg is open but, on Alpaca, listed only under its entry. */
function hasStatus(world: World, order: Order, { status, nested }: OrderFilter): boolean {
  if (status === 'all') return true;
  const legsAlive = nested && legsOf(world.orders, order).some(isOpen);
  if (status === 'closed') return !isOpen(order) && !legsAlive;
  if (order.status === 'held' && !nested) return world.settings.listHeldLegs;
  return isOpen(order) || legsAlive;
}

function seqOf(world: World, id: string | undefined): number | undefined {
  if (id === undefined) return undefined;
  return findOrderById(world.orders, id)?.seq ?? unprocessable(`order not found for ${id}`);
}
