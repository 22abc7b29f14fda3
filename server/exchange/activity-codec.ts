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

/** What every record begins with. */
export interface ActivityHead {
  /** Neither this nor the count ever falls from one record to the next. */
  readonly at: Instant;
  readonly idCount: number;
  /** Of a fill the place of its order, of others nothing. */
  readonly orderSeq: number | undefined;
}

const IS_FILL = 1;

export function readHead(reader: RecordReader): ActivityHead {
  const [at, idCount, marks] = [reader.count() as Instant, reader.count(), reader.byte()];
  return { at, idCount, orderSeq: (marks & IS_FILL) === 0 ? undefined : reader.count() };
}

const STATUSES = ['filled', 'partially_filled'] as const;

export function writeFill(writer: RecordWriter, fill: NewFill): void {
  writer.count(fill.at);
  writer.count(fill.executionCount);
  writer.byte(IS_FILL | (fill.partial ? 2 : 0) | (fill.side === 'sell' ? 4 : 0) | (STATUSES.indexOf(fill.orderStatus as 'filled') << 3));
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
  const [at, idCount, marks] = [reader.count() as Instant, reader.count(), reader.byte()];
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
