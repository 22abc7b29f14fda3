/**
 * The open orders of one symbol, placed so that a quote touches only those it can move: limits and stops by price,
 * trailing stops and market orders by themselves, auction orders apart. What the wash-trade check and the account's
 * claims need to know is kept up to date here, so that neither walks the orders.
 */
import type { Quantity } from '../domain/money.ts';
import { createLadder, type Ladder } from './ladder.ts';
import { isOpen, isStopType, type Order, type OrderSide } from './order.ts';
import { createPlaceTable, type PlaceTable } from './place-table.ts';
import type { Quote } from './quote.ts';

/** Orders that watch the market in the same hours. */
interface Shelf {
  readonly limits: Readonly<Record<OrderSide, Ladder>>;
  readonly stops: Readonly<Record<OrderSide, Ladder>>;
  readonly trailing: Set<Order>;
  /** Without a price: each quote may fill them. */
  readonly eager: PlaceTable<Order>;
}

/** What is known of the open orders of a side. */
export interface SideBook {
  /** What they claim of a position. */
  claimed: bigint;
  /** How many of them open a position or add to one. */
  openings: number;
  /** Those that the wash-trade check looks at. */
  readonly priced: Ladder;
  readonly unpriced: PlaceTable<Order>;
}

export interface SymbolBook {
  readonly open: PlaceTable<Order>;
  readonly core: Shelf;
  readonly extended: Shelf;
  readonly opening: Set<Order>;
  readonly closing: Set<Order>;
  readonly sides: Readonly<Record<OrderSide, SideBook>>;
}

const limitOf = (order: Order): bigint => order.limitPrice ?? order.collarPrice ?? 0n;
const stopOf = (order: Order): bigint => order.stopPrice ?? 0n;

const createShelf = (): Shelf => ({
  limits: { buy: createLadder(limitOf, true), sell: createLadder(limitOf, false) },
  stops: { buy: createLadder(stopOf, false), sell: createLadder(stopOf, true) },
  trailing: new Set(),
  eager: createPlaceTable(),
});

const createSide = (highestFirst: boolean): SideBook => ({
  claimed: 0n,
  openings: 0,
  priced: createLadder((order) => order.limitPrice ?? 0n, highestFirst),
  unpriced: createPlaceTable(),
});

export const createSymbolBook = (): SymbolBook => ({
  open: createPlaceTable(),
  core: createShelf(),
  extended: createShelf(),
  opening: new Set(),
  closing: new Set(),
  sides: { buy: createSide(true), sell: createSide(false) },
});

/** Members of groups and trailing stops may stand against each other. */
export const isExemptFromWash = (order: Pick<Order, 'orderClass' | 'type'>): boolean =>
  order.orderClass !== 'simple' || order.type === 'trailing_stop';

const opens = (order: Order): boolean => order.positionIntent.endsWith('_to_open');

export function addToBook(book: SymbolBook, order: Order): void {
  book.open.set(order.seq, order);
  const side = book.sides[order.side];
  side.claimed += order.claimed;
  if (opens(order)) side.openings += 1;
  if (!isExemptFromWash(order)) {
    if (order.limitPrice === null) side.unpriced.set(order.seq, order);
    else side.priced.add(order);
  }
  if (order.timeInForce === 'opg') book.opening.add(order);
  else if (order.timeInForce === 'cls') book.closing.add(order);
}

/** Takes an order out that has just ended. */
export function dropFromBook(book: SymbolBook, order: Order): void {
  if (!book.open.delete(order.seq)) return;
  changeClaim(book, order, 0n as Quantity);
  const side = book.sides[order.side];
  if (opens(order)) side.openings -= 1;
  if (!isExemptFromWash(order)) {
    if (order.limitPrice === null) side.unpriced.delete(order.seq);
    else side.priced.ended();
  }
  if (order.timeInForce === 'opg') book.opening.delete(order);
  else if (order.timeInForce === 'cls') book.closing.delete(order);
  else leaveShelf(shelfOf(book, order), order);
}

export function changeClaim(book: SymbolBook, order: Order, claimed: Quantity): void {
  book.sides[order.side].claimed += claimed - order.claimed;
  order.claimed = claimed;
}

const shelfOf = (book: SymbolBook, order: Order): Shelf => (order.extendedHours ? book.extended : book.core);
const isWaitingStop = (order: Order): boolean => isStopType(order.type) && !order.triggered;

function leaveShelf(shelf: Shelf, order: Order): void {
  if (shelf.eager.delete(order.seq) || shelf.trailing.delete(order)) return;
  if (isWaitingStop(order)) shelf.stops[order.side].ended();
  else if (order.limitPrice !== null || order.collarPrice !== null) shelf.limits[order.side].ended();
}

/** Puts an active order where the quotes that move it will find it. */
export function shelve(book: SymbolBook, order: Order): void {
  if (!isOpen(order) || order.timeInForce === 'opg' || order.timeInForce === 'cls') return;
  const shelf = shelfOf(book, order);
  if (isWaitingStop(order)) {
    if (order.type === 'trailing_stop') shelf.trailing.add(order);
    else shelf.stops[order.side].add(order);
  } else if (order.limitPrice === null && order.collarPrice === null) shelf.eager.set(order.seq, order);
  else shelf.limits[order.side].add(order);
}

export interface Reach {
  readonly quote: Quote;
  /** The prices that buy stops and sell stops watch. */
  readonly stopPrices: Readonly<Record<OrderSide, bigint>>;
  /** Outside of the session only orders marked for it trade. */
  readonly extendedOnly: boolean;
}

/** Takes off the shelves what a quote can move, oldest first; what stays open must be shelved again. */
export function takeReached(book: SymbolBook, reach: Reach): Order[] {
  const taken: Order[] = [];
  takeFrom(book.extended, reach, taken);
  if (!reach.extendedOnly) takeFrom(book.core, reach, taken);
  return taken.length > 1 ? taken.sort((a, b) => a.seq - b.seq) : taken;
}

function takeFrom(shelf: Shelf, { quote, stopPrices }: Reach, taken: Order[]): void {
  shelf.limits.buy.take((limit) => limit >= quote.ask, taken);
  shelf.limits.sell.take((limit) => limit <= quote.bid, taken);
  shelf.stops.buy.take((stop) => stop <= stopPrices.buy, taken);
  shelf.stops.sell.take((stop) => stop >= stopPrices.sell, taken);
  if (shelf.trailing.size > 0) {
    taken.push(...shelf.trailing);
    shelf.trailing.clear();
  }
  if (shelf.eager.size() > 0) {
    taken.push(...shelf.eager.values());
    shelf.eager.clear();
  }
}

/** Places everything anew, after prices of open orders were changed by other than a replacement. */
export function rebuildShelves(book: SymbolBook, isActive: (order: Order) => boolean): void {
  for (const shelf of [book.core, book.extended]) {
    for (const ladder of [shelf.limits.buy, shelf.limits.sell, shelf.stops.buy, shelf.stops.sell]) ladder.clear();
    shelf.trailing.clear();
    shelf.eager.clear();
  }
  for (const side of [book.sides.buy, book.sides.sell]) side.priced.clear();
  for (const order of book.open.values()) {
    if (!isExemptFromWash(order) && order.limitPrice !== null) book.sides[order.side].priced.add(order);
    if (isActive(order)) shelve(book, order);
  }
}
