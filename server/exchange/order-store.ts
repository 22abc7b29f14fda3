/** Every order at its place: open ones and those that have just ended as objects, the rest as bytes, the oldest only as names. */
import { type ClientIds, createClientIds } from './client-ids.ts';
import { asParts, type HistoryPart, partsOf } from './history-part.ts';
import { isOpen, type Order } from './order.ts';
import {
  briefOf,
  createOrderCodec,
  type OrderBrief,
  type OrderCodec,
  type OrderName,
  readOrderName,
  type SymbolFacts,
} from './order-codec.ts';
import type { OrderIds } from './order-ids.ts';
import { createOrderPlaces, type OrderPlaces } from './order-places.ts';
import { createPlaceTable, type PlaceTable } from './place-table.ts';
import type { RecordReader } from './record-cursor.ts';
import { createRecordLog, type RecordLog, type SavedLog } from './record-log.ts';

export interface OrderStore {
  count(): number;
  /** Place of the oldest order that is kept, or a smaller one. */
  oldest(): number;
  add(order: Order): void;
  /** Tells that an order has ended; some time later it is put away. */
  ended(order: Order): void;
  at(seq: number): Order | undefined;
  /** The same without most of it, for a small part of the cost. */
  briefAt(seq: number): OrderBrief | undefined;
  withClientId(id: string): Order | undefined;
  /** Whether an order had this client id that is not kept any more. */
  isForgottenId(id: string): boolean;
  save(): SavedOrders;
  /** What is finished for good. */
  parts(): HistoryPart[];
  /** Takes over what was saved and returns the open orders, oldest first. */
  load(saved: SavedOrders, parts: readonly HistoryPart[]): Order[];
}

export interface SavedOrders {
  readonly count: number;
  readonly live: readonly Order[];
  /** Places of ended orders that are not put away yet, in the order in which they will be. */
  readonly waiting: readonly number[];
  readonly symbols: readonly SymbolFacts[];
  readonly log: SavedLog;
}

/** Lately ended orders that stay objects: what is still said and changed about them happens within moments. */
const LATELY = 32;

interface Shop {
  readonly ids: OrderIds;
  /** Finished orders that are kept at least; 0 keeps all. */
  readonly keep: number;
  readonly live: PlaceTable<Order>;
  readonly log: RecordLog;
  readonly codec: OrderCodec;
  readonly symbols: SymbolFacts[];
  readonly clientIds: ClientIds;
  readonly places: OrderPlaces;
  /** Places of ended orders that wait to be put away, from `waitingFrom` on. */
  waiting: number[];
  waitingFrom: number;
  count: number;
}

export function createOrderStore(ids: OrderIds, keep: number): OrderStore {
  const symbols: SymbolFacts[] = [];
  const at = (seq: number): Order | undefined => shop.live.get(seq) ?? readArchived(shop, seq, shop.codec.read);
  const shop: Shop = {
    ids,
    keep,
    live: createPlaceTable(),
    log: createRecordLog(),
    codec: createOrderCodec(ids, symbols),
    symbols,
    clientIds: createClientIds(ids, at),
    places: createOrderPlaces(),
    waiting: [],
    waitingFrom: 0,
    count: 0,
  };
  return {
    count: () => shop.count,
    oldest: () => Math.min(shop.places.oldest() ?? shop.count, shop.live.first()?.seq ?? shop.count),
    add: (order) => {
      shop.live.set(order.seq, order);
      shop.count = order.seq + 1;
      shop.clientIds.add(nameOf(order));
      if (!isOpen(order)) shop.waiting.push(order.seq);
    },
    ended: ({ seq }) => {
      shop.waiting.push(seq);
      while (shop.waiting.length - shop.waitingFrom > LATELY) if (!putAwayOldest(shop)) break;
    },
    at,
    briefAt: (seq) => {
      const order = shop.live.get(seq);
      return order ? briefOf(order) : readArchived(shop, seq, shop.codec.readBrief);
    },
    withClientId: shop.clientIds.find,
    isForgottenId: (id) => shop.clientIds.isForgotten(id, shop.count),
    save: () => ({
      count: shop.count,
      live: shop.live.values(),
      waiting: shop.waiting.slice(shop.waitingFrom),
      symbols,
      log: shop.log.save(),
    }),
    parts: () => [
      ...asParts('orders', shop.log.sealed()),
      ...shop.clientIds.forgotten.runs().map((bytes, index): HistoryPart => ({ history: 'clientIds', index, bytes })),
    ],
    load: (saved, parts) => load(shop, saved, parts),
  };
}

const nameOf = ({ seq, namedByClient, clientOrderId }: Order): OrderName => ({ seq, clientOrderId: namedByClient ? clientOrderId : '' });

function readArchived<T>(shop: Shop, seq: number, read: (reader: RecordReader) => T): T | undefined {
  const index = shop.places.of(seq);
  return index === undefined ? undefined : shop.log.read(index, read);
}

/** Puts the longest ended order away, unless its group is not over: then it waits again, and false is returned. */
function putAwayOldest(shop: Shop): boolean {
  const seq = shop.waiting[shop.waitingFrom] ?? 0;
  shop.waitingFrom += 1;
  if (shop.waitingFrom > LATELY * 4) {
    shop.waiting = shop.waiting.slice(shop.waitingFrom);
    shop.waitingFrom = 0;
  }
  const order = shop.live.get(seq);
  if (!order) return true;
  if (isInLiveGroup(shop, order)) {
    shop.waiting.push(seq);
    return false;
  }
  archive(shop, order);
  shop.live.delete(seq);
  return true;
}

function isInLiveGroup({ ids, live }: Shop, order: Order): boolean {
  if (order.parentId === null && order.legIds.length === 0) return false;
  const parent = order.parentId === null ? order : live.get(ids.seqOf(order.parentId) ?? -1);
  if (!parent) return false;
  return (
    isOpen(parent) ||
    parent.legIds.some((id) => {
      const leg = live.get(ids.seqOf(id) ?? -1);
      return leg !== undefined && isOpen(leg);
    })
  );
}

function archive(shop: Shop, order: Order): void {
  const index = shop.log.append((writer) => shop.codec.write(writer, order));
  shop.places.note(order.seq, index);
  if (shop.keep > 0) forget(shop, index + 1 - shop.keep);
}

/** Of what is older than an index in the log only the client ids are kept. */
function forget({ log, places, clientIds }: Shop, before: number): void {
  const names: OrderName[] = [];
  log.forgetBefore(before, (index) => {
    const name = log.read(index, readOrderName);
    if (!name) return;
    places.forget(name.seq);
    names.push(name);
  });
  if (names.length > 0) clientIds.forget(names);
}

function load(shop: Shop, saved: SavedOrders, parts: readonly HistoryPart[]): Order[] {
  shop.symbols.push(...saved.symbols);
  shop.log.load(saved.log, partsOf(parts, 'orders'));
  shop.clientIds.forgotten.load(partsOf(parts, 'clientIds').map(({ bytes }) => bytes));
  for (let index = shop.log.first(); index < shop.log.count(); index++) {
    const name = shop.log.read(index, readOrderName);
    if (!name) continue;
    shop.places.note(name.seq, index);
    shop.clientIds.add(name);
  }
  for (const order of saved.live) {
    shop.live.set(order.seq, order);
    shop.clientIds.add(nameOf(order));
  }
  shop.waiting.push(...saved.waiting);
  shop.count = saved.count;
  return saved.live.filter(isOpen).sort((a, b) => a.seq - b.seq);
}
