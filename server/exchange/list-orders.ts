/** The list of orders: filtered, sorted by submission, paged, and rolled up under their entries when asked for nested. */
import { isOpen, type Order } from './order.ts';
import { allOpenOrders, briefAt, findOrderById, legsOf, oldestOrder, orderAt, orderCount, parentOf } from './order-book.ts';
import { briefOf, type OrderBrief } from './order-codec.ts';
import { unprocessable } from './refusal.ts';
import type { OrderFilter } from './requests.ts';
import type { World } from './world.ts';

export function listOrders(world: World, filter: OrderFilter): Order[] {
  // Open orders are few: only they are walked when only they are asked for, and when nested their closed entries.
  const open = filter.status === 'open' ? openWithEntries(world, filter.nested) : undefined;
  if (open)
    return pick(world, filter, {
      first: 0,
      end: open.length,
      brief: (index) => open[index] && briefOf(open[index]),
      order: (index) => open[index],
    });
  const { orders } = world;
  const [first, end] = [oldestOrder(orders), orderCount(orders)];
  return pick(world, filter, { first, end, brief: (index) => briefAt(orders, index), order: (index) => orderAt(orders, index) });
}

/** Orders in the order of their submission. */
interface Row {
  readonly first: number;
  readonly end: number;
  brief(index: number): OrderBrief | undefined;
  order(index: number): Order | undefined;
}

function pick(world: World, filter: OrderFilter, row: Row): Order[] {
  const matches = makeFilter(world, filter);
  const step = filter.direction === 'asc' ? 1 : -1;
  const found: Order[] = [];
  for (
    let index = step > 0 ? row.first : row.end - 1;
    index >= row.first && index < row.end && found.length < filter.limit;
    index += step
  ) {
    const brief = row.brief(index);
    if (brief && isBeyond(brief, filter, step)) break;
    const order = brief && matches(brief) ? row.order(index) : undefined;
    if (order && hasStatus(world, order, filter)) found.push(order);
  }
  return found;
}

/** Later orders were not submitted earlier, so behind the wanted times there is nothing more to find. */
const isBeyond = ({ submittedAt }: OrderBrief, { after, until }: OrderFilter, step: 1 | -1): boolean =>
  step > 0 ? until !== undefined && submittedAt >= until : after !== undefined && submittedAt <= after;

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

function makeFilter(world: World, filter: OrderFilter): (order: OrderBrief) => boolean {
  const { assets } = world.tape;
  const symbolOf = (name: string): string => (assets.find(name) ?? assets.find(name.toUpperCase()))?.instrument.symbol ?? name;
  const symbols = filter.symbols && new Set(filter.symbols.map(symbolOf));
  if (filter.beforeOrderId !== undefined && filter.afterOrderId !== undefined) {
    unprocessable('only one of before_order_id and after_order_id can be given');
  }
  const before = seqOf(world, filter.beforeOrderId) ?? Number.POSITIVE_INFINITY;
  const after = seqOf(world, filter.afterOrderId) ?? -1;
  return (order) => {
    if (filter.nested && order.isLeg) return false;
    if (order.seq >= before || order.seq <= after) return false;
    if (filter.after !== undefined && order.submittedAt <= filter.after) return false;
    if (filter.until !== undefined && order.submittedAt >= filter.until) return false;
    if (symbols && !symbols.has(order.symbol)) return false;
    if (filter.side !== undefined && order.side !== filter.side) return false;
    return !filter.assetClasses || filter.assetClasses.includes(order.assetClass);
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
