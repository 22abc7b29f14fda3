/** Every order at its place: open ones and those that have just ended as objects, the rest as bytes. */
import { type ClientIdIndex, createClientIdIndex } from './client-id-index.ts';
import { isOpen, type Order } from './order.ts';
import { createOrderCodec, type OrderCodec, type SymbolFacts } from './order-codec.ts';
import type { OrderIds } from './order-ids.ts';
import { createRecordLog, type RecordLog, type SavedLog } from './record-log.ts';

export interface OrderStore {
  count(): number;
  add(order: Order): void;
  /** Tells that an order has ended; some time later it is put away. */
  ended(order: Order): void;
  at(seq: number): Order | undefined;
  withClientId(id: string): Order | undefined;
  save(): SavedOrders;
  /** Takes over what was saved and returns the open orders, oldest first. */
  load(saved: SavedOrders): Order[];
}

export interface SavedOrders {
  readonly count: number;
  readonly live: readonly Order[];
  readonly symbols: readonly SymbolFacts[];
  readonly log: SavedLog;
}

/** Lately ended orders that stay objects: what is still said and changed about them happens within moments. */
const LATELY = 256;
const FIRST_PLACES = 4_096;
const NOWHERE = 0;

interface Shop {
  readonly ids: OrderIds;
  readonly live: Map<number, Order>;
  readonly log: RecordLog;
  readonly codec: OrderCodec;
  readonly symbols: SymbolFacts[];
  readonly clientIds: ClientIdIndex;
  /** By place: one more than the index in the log. */
  archived: Uint32Array;
  /** Places of ended orders that wait to be put away, from `waitingFrom` on. */
  waiting: number[];
  waitingFrom: number;
  count: number;
}

export function createOrderStore(ids: OrderIds, keep: number): OrderStore {
  const symbols: SymbolFacts[] = [];
  const shop: Shop = {
    ids,
    live: new Map(),
    log: createRecordLog(keep),
    codec: createOrderCodec(ids, symbols),
    symbols,
    clientIds: createClientIdIndex(),
    archived: new Uint32Array(FIRST_PLACES),
    waiting: [],
    waitingFrom: 0,
    count: 0,
  };
  const at = (seq: number): Order | undefined => shop.live.get(seq) ?? readArchived(shop, seq);
  return {
    count: () => shop.count,
    add: (order) => {
      shop.live.set(order.seq, order);
      shop.count = order.seq + 1;
      indexClientId(shop, order);
      if (!isOpen(order)) shop.waiting.push(order.seq);
    },
    ended: ({ seq }) => {
      shop.waiting.push(seq);
      while (shop.waiting.length - shop.waitingFrom > LATELY) if (!putAwayOldest(shop)) break;
    },
    at,
    withClientId: (id) => findByClientId(shop, id, at),
    save: () => ({ count: shop.count, live: [...shop.live.values()], symbols, log: shop.log.save() }),
    load: (saved) => load(shop, saved),
  };
}

function indexClientId({ clientIds }: Shop, { clientOrderId, namedByClient, seq }: Order): void {
  if (namedByClient) clientIds.add(clientOrderId, seq);
}

function findByClientId({ ids, clientIds }: Shop, id: string, at: OrderStore['at']): Order | undefined {
  const generated = ids.seqOfClientId(id);
  const places = generated === undefined ? clientIds.candidates(id) : [generated, ...clientIds.candidates(id)];
  return places.map(at).findLast((order) => order?.clientOrderId === id);
}

function readArchived(shop: Shop, seq: number): Order | undefined {
  const place = shop.archived[seq] ?? NOWHERE;
  const order = place === NOWHERE ? undefined : shop.log.read(place - 1, shop.codec.read);
  return order?.seq === seq ? order : undefined;
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
  if (isInLiveGroup(shop, order) || !shop.codec.fits(order)) {
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
  notePlace(shop, order.seq, index);
}

function notePlace(shop: Shop, seq: number, index: number): void {
  if (seq >= shop.archived.length) {
    const larger = new Uint32Array(Math.max(seq + 1, shop.archived.length * 2));
    larger.set(shop.archived);
    shop.archived = larger;
  }
  shop.archived[seq] = index + 1;
}

function load(shop: Shop, saved: SavedOrders): Order[] {
  shop.symbols.push(...saved.symbols);
  shop.log.load(saved.log);
  for (const { index, starts } of saved.log.chunks) {
    starts.forEach((_start, place) => {
      const at = index * saved.log.recordsPerChunk + place;
      const order = shop.log.read(at, shop.codec.read);
      if (!order) return;
      notePlace(shop, order.seq, at);
      indexClientId(shop, order);
    });
  }
  for (const order of saved.live) {
    shop.live.set(order.seq, order);
    indexClientId(shop, order);
    if (!isOpen(order)) shop.waiting.push(order.seq);
  }
  shop.count = saved.count;
  return saved.live.filter(isOpen).sort((a, b) => a.seq - b.seq);
}
