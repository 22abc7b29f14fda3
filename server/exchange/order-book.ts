/** All orders ever, found by id, by client id, and, while they are open, by symbol. */
import type { AssetSymbol } from '../domain/ids.ts';
import { isOpen, type Order } from './order.ts';

export interface OrderBook {
  /** In the order of submission. */
  readonly all: Order[];
  readonly byId: Map<string, Order>;
  readonly byClientId: Map<string, Order>;
  /** Open orders only, so that a new quote costs nothing for those that are done. */
  readonly open: Map<AssetSymbol, Map<string, Order>>;
}

export const createOrderBook = (): OrderBook => ({ all: [], byId: new Map(), byClientId: new Map(), open: new Map() });

export function addOrder(book: OrderBook, order: Order): void {
  book.all.push(order);
  book.byId.set(order.id, order);
  book.byClientId.set(order.clientOrderId, order);
  if (!isOpen(order)) return;
  const open = book.open.get(order.symbol);
  if (open) open.set(order.id, order);
  else book.open.set(order.symbol, new Map([[order.id, order]]));
}

export function dropFromOpen(book: OrderBook, order: Order): void {
  book.open.get(order.symbol)?.delete(order.id);
}

const NONE: readonly Order[] = [];

/** A copy, so that orders may end while it is walked; oldest first. */
export function openOrders(book: OrderBook, symbol: AssetSymbol): readonly Order[] {
  const open = book.open.get(symbol);
  return open && open.size > 0 ? [...open.values()] : NONE;
}

/** The open orders of all symbols, oldest first. */
export function allOpenOrders(book: OrderBook): Order[] {
  const all: Order[] = [];
  for (const open of book.open.values()) all.push(...open.values());
  return all.sort((a, b) => a.seq - b.seq);
}

export const legsOf = (book: OrderBook, order: Order): Order[] =>
  order.legIds.map((id) => book.byId.get(id)).filter((leg) => leg !== undefined);

/** The other exit of a leg's group. */
export function siblingOf(book: OrderBook, leg: Order): Order | undefined {
  const parent = leg.parentId === null ? undefined : book.byId.get(leg.parentId);
  return parent && legsOf(book, parent).find((other) => other.role !== leg.role);
}
