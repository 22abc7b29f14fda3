/**
 * An order as bytes and back, without what it reserves and claims while it is open. Ids are functions of places, so only
 * places are written.
 */
import type { AssetSymbol } from '../domain/ids.ts';
import type { AssetClass } from '../domain/instrument.ts';
import type { Money, Price, Quantity } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import type { Order, OrderClass, OrderRole, OrderSide, OrderStatus, OrderType, PositionIntent, TimeInForce } from './order.ts';
import type { OrderIds } from './order-ids.ts';
import type { RecordReader, RecordWriter } from './record-cursor.ts';

const SIDES: readonly OrderSide[] = ['buy', 'sell'];
const TYPES: readonly OrderType[] = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'];
const TIMES: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'];
const CLASSES: readonly OrderClass[] = ['simple', 'bracket', 'oco', 'oto'];
const ROLES: readonly OrderRole[] = ['entry', 'takeProfit', 'stopLoss'];
const INTENTS: readonly PositionIntent[] = ['buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'];
const STATUSES: readonly OrderStatus[] = [
  'filled',
  'canceled',
  'expired',
  'replaced',
  'rejected',
  'pending_new',
  'accepted',
  'new',
  'partially_filled',
  'held',
];
const ASSET_CLASSES: readonly AssetClass[] = ['us_equity', 'crypto'];

/** What all orders of a symbol have in common. */
export interface SymbolFacts {
  readonly symbol: AssetSymbol;
  readonly assetId: string;
  readonly assetClass: AssetClass;
}

/** What lists are filtered by: enough to pass over an order without reading all of it. */
export type OrderBrief = Pick<Order, 'seq' | 'symbol' | 'assetClass' | 'side' | 'submittedAt'> & { readonly isLeg: boolean };

export const briefOf = ({ seq, symbol, assetClass, side, submittedAt, parentId }: Order): OrderBrief => ({
  ...{ seq, symbol, assetClass, side, submittedAt },
  isLeg: parentId !== null,
});

export interface OrderCodec {
  write(writer: RecordWriter, order: Order): void;
  read(reader: RecordReader): Order;
  readBrief(reader: RecordReader): OrderBrief;
}

/** What a record begins with: enough to forget the order by. */
export interface OrderName {
  readonly seq: number;
  /** The client order id, or nothing when the exchange made it. */
  readonly clientOrderId: string;
}

export const readOrderName = (reader: RecordReader): OrderName => ({ seq: reader.count(), clientOrderId: reader.text() });

const AMOUNTS = ['quantity', 'notional', 'limitPrice', 'stopPrice', 'trailPrice', 'trailPercent', 'highWater', 'collarPrice'] as const;
const TIMES_OF_LIFE = ['expiresAt', 'filledAt', 'expiredAt', 'canceledAt', 'replacedAt', 'failedAt'] as const;

/** In the byte of flags. */
const IS_LEG = 8;

/** In the order of their names. */
const amountsOf = (order: Order): (bigint | null)[] => [
  order.quantity,
  order.notional,
  order.limitPrice,
  order.stopPrice,
  order.trailPrice,
  order.trailPercent,
  order.highWater,
  order.collarPrice,
];

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index];
  if (found === undefined) throw new Error(`record of an order names choice ${index} of ${list.length}; the state is damaged`);
  return found;
};

export function createOrderCodec(ids: OrderIds, symbols: SymbolFacts[]): OrderCodec {
  const places = new Map<string, number>();
  const placeOf = ({ symbol, assetId, assetClass }: Order): number => {
    // What was restored into the list is taken into the map at the first need.
    for (let place = places.size; place < symbols.length; place++) places.set(symbols[place]?.symbol ?? '', place);
    const known = places.get(symbol);
    return known ?? symbols.push({ symbol, assetId, assetClass }) - 1;
  };
  return {
    write: (writer, order) => {
      writer.count(order.seq);
      writer.text(order.namedByClient ? order.clientOrderId : '');
      writer.count(placeOf(order));
      writer.byte(SIDES.indexOf(order.side) | (ASSET_CLASSES.indexOf(order.assetClass) << 1) | (ROLES.indexOf(order.role) << 2));
      writer.byte(TYPES.indexOf(order.type) | (TIMES.indexOf(order.timeInForce) << 3));
      writer.byte(CLASSES.indexOf(order.orderClass) | (INTENTS.indexOf(order.positionIntent) << 2) | (STATUSES.indexOf(order.status) << 4));
      writer.byte(
        (order.extendedHours ? 1 : 0) | (order.triggered ? 2 : 0) | (order.armed ? 4 : 0) | (order.parentId === null ? 0 : IS_LEG),
      );
      writeTimes(writer, order);
      writeAmounts(writer, order);
      writeLineage(ids, writer, order);
    },
    read: (reader) => readOrder(ids, symbols, reader),
    readBrief: (reader) => readBrief(symbols, reader),
  };
}

function writeAmounts(writer: RecordWriter, order: Order): void {
  writeMarked(amountsOf(order), writer, writer.amount);
  writer.amount(order.filledQuantity);
  writer.amount(order.filledValue);
  writer.amount(order.reservePrice);
}

/** Most of what happens to an order happens soon, so times are counted from the first one. */
function writeTimes(writer: RecordWriter, order: Order): void {
  const { createdAt, expiresAt, filledAt, expiredAt, canceledAt, replacedAt, failedAt } = order;
  writer.count(createdAt);
  writer.count(order.submittedAt - createdAt);
  writer.count(order.updatedAt - createdAt);
  writeMarked<number>([expiresAt, filledAt, expiredAt, canceledAt, replacedAt, failedAt], writer, (time) => writer.count(time - createdAt));
}

/** First which of the names have a value, then those values. */
function writeMarked<V>(values: readonly (V | null)[], writer: RecordWriter, write: (value: V) => void): void {
  let marks = 0;
  for (let index = 0; index < values.length; index++) if (values[index] !== null) marks |= 1 << index;
  writer.byte(marks);
  for (const value of values) if (value !== null) write(value);
}

function readMarked<V>(count: number, reader: RecordReader, read: () => V): (V | null)[] {
  const marks = reader.byte();
  return Array.from({ length: count }, (_, index) => (marks & (1 << index) ? read() : null));
}

/** Places are written one higher, so that zero says there is none. */
function writeLineage(ids: OrderIds, writer: RecordWriter, order: Order): void {
  for (const id of [order.parentId, order.replaces, order.replacedBy]) writer.count(id === null ? 0 : (ids.seqOf(id) ?? -1) + 1);
  writer.byte(order.legIds.length);
  for (const id of order.legIds) writer.count(ids.seqOf(id) ?? 0);
}

function readBrief(symbols: readonly SymbolFacts[], reader: RecordReader): OrderBrief {
  const seq = reader.count();
  reader.skipText();
  const { symbol, assetClass } = at(symbols, reader.count());
  const side = at(SIDES, reader.byte() & 1);
  reader.byte();
  reader.byte();
  const isLeg = (reader.byte() & IS_LEG) !== 0;
  return { seq, symbol, assetClass, side, isLeg, submittedAt: (reader.count() + reader.count()) as Instant };
}

function readOrder(ids: OrderIds, symbols: readonly SymbolFacts[], reader: RecordReader): Order {
  const { seq, clientOrderId: name } = readOrderName(reader);
  const facts = at(symbols, reader.count());
  const [first, second, third, fourth] = [reader.byte(), reader.byte(), reader.byte(), reader.byte()];
  const createdAt = reader.count();
  const [submittedAt, updatedAt] = [createdAt + reader.count(), createdAt + reader.count()];
  const times = readMarked(TIMES_OF_LIFE.length, reader, () => createdAt + reader.count());
  const amounts = readMarked(AMOUNTS.length, reader, reader.amount);
  const [filledQuantity, filledValue, reservePrice] = [reader.amount(), reader.amount(), reader.amount()];
  const id = (place: number): string | null => (place === 0 ? null : ids.orderId(place - 1));
  const [parentId, replaces, replacedBy] = [id(reader.count()), id(reader.count()), id(reader.count())];
  const legIds = Array.from({ length: reader.byte() }, () => ids.orderId(reader.count()));
  return {
    seq,
    id: ids.orderId(seq),
    clientOrderId: name || ids.clientId(seq),
    namedByClient: name !== '',
    ...facts,
    side: at(SIDES, first & 1),
    role: at(ROLES, first >> 2),
    type: at(TYPES, second & 7),
    timeInForce: at(TIMES, second >> 3),
    orderClass: at(CLASSES, third & 3),
    positionIntent: at(INTENTS, (third >> 2) & 3),
    status: at(STATUSES, third >> 4),
    extendedHours: (fourth & 1) !== 0,
    triggered: (fourth & 2) !== 0,
    armed: (fourth & 4) !== 0,
    ...(Object.fromEntries(AMOUNTS.map((name, index) => [name, amounts[index] ?? null])) as Pick<Order, (typeof AMOUNTS)[number]>),
    ...(Object.fromEntries(TIMES_OF_LIFE.map((name, index) => [name, times[index] ?? null])) as Pick<
      Order,
      (typeof TIMES_OF_LIFE)[number]
    >),
    filledQuantity: filledQuantity as Quantity,
    filledValue,
    reservePrice: reservePrice as Price,
    reserved: 0n as Money,
    claimed: 0n as Quantity,
    parentId,
    legIds,
    replaces,
    replacedBy,
    createdAt: createdAt as Instant,
    updatedAt: updatedAt as Instant,
    submittedAt: submittedAt as Instant,
  };
}
