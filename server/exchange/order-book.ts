/** All orders, found by id, by client id and by place, and, while they are open, by symbol. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Quantity } from '../domain/money.ts';
import { isOpen, type Order, remainingQuantity } from './order.ts';
import type { OrderBrief } from './order-codec.ts';
import { createOrderIds, type OrderIds } from './order-ids.ts';
import { createOrderStore, type OrderStore } from './order-store.ts';
import { addToBook, changeClaim, createSymbolBook, dropFromBook, type SymbolBook, shelve } from './symbol-book.ts';

export interface OrderBook {
  readonly ids: OrderIds;
  readonly store: OrderStore;
  /** Open orders only, so that a new quote costs nothing for those that are done. */
  readonly books: Map<AssetSymbol, SymbolBook>;
}

/** Finished orders are kept in small, and beyond the last `keep` (when not 0) forgotten but for their client ids. */
export function createOrderBook(seed: number, keep: number): OrderBook {
  const ids = createOrderIds(seed);
  return { ids, store: createOrderStore(ids, keep), books: new Map() };
}

export const orderCount = (book: OrderBook): number => book.store.count();
/** Before this place no order is kept. */
export const oldestOrder = (book: OrderBook): number => book.store.oldest();
export const orderAt = (book: OrderBook, seq: number): Order | undefined => book.store.at(seq);
export const briefAt = (book: OrderBook, seq: number): OrderBrief | undefined => book.store.briefAt(seq);

export function findOrderById(book: OrderBook, id: string): Order | undefined {
  const seq = book.ids.seqOf(id);
  return seq === undefined ? undefined : book.store.at(seq);
}

/** The newest order with this client id. */
export const findOrderByClientId = (book: OrderBook, id: string): Order | undefined => book.store.withClientId(id);

/** Whether an order has, or ever had, this client id. */
export const isClientIdUsed = ({ store }: OrderBook, id: string): boolean =>
  store.withClientId(id) !== undefined || store.isForgottenId(id);

export function bookOf(book: OrderBook, symbol: AssetSymbol): SymbolBook {
  let found = book.books.get(symbol);
  if (!found) {
    found = createSymbolBook();
    book.books.set(symbol, found);
  }
  return found;
}

export function addOrder(book: OrderBook, order: Order): void {
  book.store.add(order);
  if (isOpen(order)) addToBook(bookOf(book, order.symbol), order);
}

export function dropFromOpen(book: OrderBook, order: Order): void {
  dropFromBook(bookOf(book, order.symbol), order);
  book.store.ended(order);
}

/** Lets quotes find an order that has become active. */
export const watchMarket = (book: OrderBook, order: Order): void => shelve(bookOf(book, order.symbol), order);

/** Brings what an order claims of a position up to date with its state. */
export function updateClaim(book: OrderBook, order: Order): void {
  const claimed = (isOpen(order) && claims(book, order) ? unfilled(order) : 0n) as Quantity;
  if (claimed !== order.claimed) changeClaim(bookOf(book, order.symbol), order, claimed);
}

/** An order in dollars goes on claiming the shares that it was judged by. */
const unfilled = (order: Order): bigint => (order.quantity === null ? order.claimed : remainingQuantity(order));

/** The two exits of a group claim their shares once: the stop-loss only when it stands alone. */
function claims(book: OrderBook, order: Order): boolean {
  if (order.role === 'entry') return order.positionIntent.endsWith('_to_close');
  if (!order.armed) return false;
  if (order.role === 'takeProfit') return true;
  const profit = siblingOf(book, order);
  return profit === undefined || !isOpen(profit);
}

const NONE: readonly Order[] = [];

/** The open orders of a symbol, oldest first: a copy, so that orders may end while it is walked. */
export function openOrders(book: OrderBook, symbol: AssetSymbol): readonly Order[] {
  const open = book.books.get(symbol)?.open;
  return open && open.size() > 0 ? open.values() : NONE;
}

/** The open orders of all symbols, oldest first. */
export function allOpenOrders(book: OrderBook): Order[] {
  const all: Order[] = [];
  for (const { open } of book.books.values()) for (const order of open.values()) all.push(order);
  return all.sort((a, b) => a.seq - b.seq);
}

export function legsOf(book: OrderBook, order: Order): readonly Order[] {
  if (order.legIds.length === 0) return NONE;
  return order.legIds.map((id) => findOrderById(book, id)).filter((leg) => leg !== undefined);
}

export const parentOf = (book: OrderBook, leg: Order): Order | undefined =>
  leg.parentId === null ? undefined : findOrderById(book, leg.parentId);

/** The other exit of a group: in an OCO the take-profit is itself the parent. */
export function siblingOf(book: OrderBook, leg: Order): Order | undefined {
  if (leg.role === 'entry') return undefined;
  const parent = parentOf(book, leg);
  if (parent === undefined) return legsOf(book, leg)[0];
  return parent.role === 'entry' ? legsOf(book, parent).find((other) => other.role !== leg.role) : parent;
}
