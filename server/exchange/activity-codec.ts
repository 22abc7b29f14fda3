/** An activity as bytes and back. Ids are functions of counts and places, so only those are written. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Price, Quantity } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import { type Activity, activityId, type FillActivity, type NonTradeActivity } from './activity.ts';
import type { OrderIds } from './order-ids.ts';
import { uuidOf } from './random.ts';
import type { RecordReader, RecordWriter } from './record-cursor.ts';

/** A fill as it is handed in: ids follow from counts and places. */
export type NewFill = Omit<FillActivity, 'kind' | 'id' | 'orderId'> & { readonly executionCount: number; readonly orderSeq: number };
export type NewNonTrade = Omit<NonTradeActivity, 'kind' | 'id'> & { readonly idCount: number };

/** What ids are made of. */
export interface IdSource {
  readonly seed: number;
  readonly ids: OrderIds;
}

/** What every record begins with; both never fall from one record to the next. */
export interface ActivityHead {
  readonly at: Instant;
  readonly idCount: number;
}

export const readHead = (reader: RecordReader): ActivityHead => ({ at: reader.count() as Instant, idCount: reader.count() });

const STATUSES = ['filled', 'partially_filled'] as const;

export function writeFill(writer: RecordWriter, fill: NewFill): void {
  writer.count(fill.at);
  writer.count(fill.executionCount);
  writer.byte(1 | (fill.partial ? 2 : 0) | (fill.side === 'sell' ? 4 : 0) | (STATUSES.indexOf(fill.orderStatus as 'filled') << 3));
  writer.count(fill.orderSeq);
  writer.text(fill.symbol);
  for (const value of [fill.price, fill.quantity, fill.leaves, fill.cumulative]) writer.amount(value);
}

const AMOUNTS = ['netAmount', 'quantity', 'price', 'perShare'] as const;

export const nonTradeOf = ({ seed }: IdSource, { idCount, ...facts }: NewNonTrade): NonTradeActivity => ({
  kind: 'nonTrade',
  id: activityId(facts.at, uuidOf(seed, idCount)),
  ...facts,
});

export function writeNonTrade(writer: RecordWriter, { idCount, ...facts }: NewNonTrade): void {
  writer.count(facts.at);
  writer.count(idCount);
  writer.byte(0);
  writer.text(JSON.stringify(facts, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)));
}

export function readActivity(source: IdSource, reader: RecordReader): Activity {
  const { at, idCount } = readHead(reader);
  const marks = reader.byte();
  if (marks === 0) return nonTradeOf(source, { ...readFacts(reader.text()), idCount });
  const orderId = source.ids.orderId(reader.count());
  const symbol = reader.text() as AssetSymbol;
  const [price, quantity, leaves, cumulative] = [reader.amount(), reader.amount(), reader.amount(), reader.amount()];
  return {
    kind: 'fill',
    id: activityId(at, uuidOf(source.seed, idCount)),
    at,
    partial: (marks & 2) !== 0,
    side: (marks & 4) !== 0 ? 'sell' : 'buy',
    orderStatus: STATUSES[marks >> 3] ?? 'filled',
    symbol,
    price: price as Price,
    quantity: quantity as Quantity,
    leaves: leaves as Quantity,
    cumulative: cumulative as Quantity,
    orderId,
  };
}

function readFacts(text: string): Omit<NewNonTrade, 'idCount'> {
  const saved = JSON.parse(text);
  const amounts = AMOUNTS.map((name) => [name, saved[name] === null ? null : BigInt(saved[name])]);
  return { ...saved, ...Object.fromEntries(amounts) };
}
