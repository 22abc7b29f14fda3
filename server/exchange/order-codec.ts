/** A finished order as bytes and back. Ids are functions of places, so only places are written. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { AssetClass } from '../domain/instrument.ts';
import type { Money, Price, Quantity } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import type { Order, OrderClass, OrderRole, OrderSide, OrderStatus, OrderType, PositionIntent, TimeInForce } from './order.ts';
import type { OrderIds } from './order-ids.ts';
import type { RecordReader, RecordWriter } from './record-log.ts';

const SIDES: readonly OrderSide[] = ['buy', 'sell'];
const TYPES: readonly OrderType[] = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'];
const TIMES: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'];
const CLASSES: readonly OrderClass[] = ['simple', 'bracket', 'oco', 'oto'];
const ROLES: readonly OrderRole[] = ['entry', 'takeProfit', 'stopLoss'];
const INTENTS: readonly PositionIntent[] = ['buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'];
const STATUSES: readonly OrderStatus[] = ['filled', 'canceled', 'expired', 'replaced', 'rejected'];
const ASSET_CLASSES: readonly AssetClass[] = ['us_equity', 'crypto'];

/** What all orders of a symbol have in common. */
export interface SymbolFacts {
  readonly symbol: AssetSymbol;
  readonly assetId: string;
  readonly assetClass: AssetClass;
}

export interface OrderCodec {
  /** False for an order whose numbers are larger than a record holds. */
  fits(order: Order): boolean;
  write(writer: RecordWriter, order: Order): void;
  read(reader: RecordReader): Order;
}

const AMOUNTS = ['quantity', 'notional', 'limitPrice', 'stopPrice', 'trailPrice', 'trailPercent', 'highWater', 'collarPrice'] as const;
const TIMES_OF_LIFE = ['expiresAt', 'filledAt', 'expiredAt', 'canceledAt', 'replacedAt', 'failedAt'] as const;
const BEYOND = 1n << 63n;

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
    fits: (order) =>
      amountsOf(order).every((amount) => amount === null || amount < BEYOND) &&
      order.filledQuantity < BEYOND &&
      order.reservePrice < BEYOND &&
      order.filledValue >> 63n < BEYOND,
    write: (writer, order) => {
      writer.count(order.seq);
      writer.count(placeOf(order));
      writer.byte(SIDES.indexOf(order.side) | (ASSET_CLASSES.indexOf(order.assetClass) << 1) | (ROLES.indexOf(order.role) << 2));
      writer.byte(TYPES.indexOf(order.type) | (TIMES.indexOf(order.timeInForce) << 3));
      writer.byte(CLASSES.indexOf(order.orderClass) | (INTENTS.indexOf(order.positionIntent) << 2) | (STATUSES.indexOf(order.status) << 4));
      writer.byte((order.extendedHours ? 1 : 0) | (order.triggered ? 2 : 0) | (order.armed ? 4 : 0));
      writeAmounts(writer, order);
      for (const time of [order.createdAt, order.updatedAt, order.submittedAt]) writer.number(time);
      const { expiresAt, filledAt, expiredAt, canceledAt, replacedAt, failedAt } = order;
      writeMarked<number>([expiresAt, filledAt, expiredAt, canceledAt, replacedAt, failedAt], writer, writer.number);
      writeLineage(ids, writer, order);
    },
    read: (reader) => readOrder(ids, symbols, reader),
  };
}

function writeAmounts(writer: RecordWriter, order: Order): void {
  writeMarked(amountsOf(order), writer, writer.big);
  writer.big(order.filledQuantity);
  writer.wide(order.filledValue);
  writer.big(order.reservePrice);
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
  writer.text(order.namedByClient ? order.clientOrderId : '');
}

function readOrder(ids: OrderIds, symbols: readonly SymbolFacts[], reader: RecordReader): Order {
  const seq = reader.count();
  const facts = at(symbols, reader.count());
  const [first, second, third, fourth] = [reader.byte(), reader.byte(), reader.byte(), reader.byte()];
  const amounts = readMarked(AMOUNTS.length, reader, reader.big);
  const [filledQuantity, filledValue, reservePrice] = [reader.big(), reader.wide(), reader.big()];
  const [createdAt, updatedAt, submittedAt] = [reader.number(), reader.number(), reader.number()] as Instant[];
  const times = readMarked(TIMES_OF_LIFE.length, reader, reader.number);
  const id = (place: number): string | null => (place === 0 ? null : ids.orderId(place - 1));
  const [parentId, replaces, replacedBy] = [id(reader.count()), id(reader.count()), id(reader.count())];
  const legIds = Array.from({ length: reader.byte() }, () => ids.orderId(reader.count()));
  const name = reader.text();
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
