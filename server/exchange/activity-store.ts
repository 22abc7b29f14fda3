/** The activities as bytes, in order of time, and the pages that are asked of them. */

import { dayNumber } from '../domain/civil-day.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import type { Price, Quantity } from '../domain/money.ts';
import { newYorkDay, newYorkInstant } from '../domain/new-york.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../domain/time.ts';
import { type Activity, activityId, type FillActivity, type NonTradeActivity, typeOf } from './activity.ts';
import type { OrderIds } from './order-ids.ts';
import { uuidOf } from './random.ts';
import { createRecordLog, type RecordLog, type RecordReader, type RecordWriter, type SavedLog } from './record-log.ts';
import { malformed, unprocessable } from './refusal.ts';
import type { ActivityFilter } from './requests.ts';

/** A fill as it is handed in: ids follow from places. */
export type NewFill = Omit<FillActivity, 'kind' | 'id' | 'orderId'> & { readonly executionCount: number; readonly orderSeq: number };
export type NewNonTrade = Omit<NonTradeActivity, 'kind' | 'id'> & { readonly idCount: number };

export interface ActivityStore {
  addFill(fill: NewFill): void;
  addNonTrade(activity: NewNonTrade): NonTradeActivity;
  page(filter: ActivityFilter): Activity[];
  /** Those of some types within a span of time, oldest first. */
  within(types: (type: string) => boolean, from: number, to: number): Generator<Activity>;
  save(): SavedLog;
  load(saved: SavedLog): void;
}

const STATUSES = ['filled', 'partially_filled'] as const;

export function createActivityStore(seed: number, ids: OrderIds, keep: number): ActivityStore {
  const log = createRecordLog(keep);
  const codec = { seed, ids };
  const at = (index: number): Activity | undefined => log.read(index, (reader) => readActivity(codec, reader));
  return {
    addFill: (fill) => {
      log.append((writer) => writeFill(writer, fill));
    },
    addNonTrade: ({ idCount, ...facts }) => {
      const activity: NonTradeActivity = { kind: 'nonTrade', id: activityId(facts.at, uuidOf(seed, idCount)), ...facts };
      log.append((writer) => writeNonTrade(writer, activity));
      return activity;
    },
    page: (filter) => pageOf(log, at, filter),
    within: function* (types, from, to) {
      for (let index = firstAtOrAfter(log, at, from); index < log.count(); index++) {
        const activity = at(index);
        if (!activity || activity.at > to) return;
        if (types(typeOf(activity))) yield activity;
      }
    },
    save: log.save,
    load: log.load,
  };
}

interface Codec {
  readonly seed: number;
  readonly ids: OrderIds;
}

function writeFill(writer: RecordWriter, fill: NewFill): void {
  writer.number(fill.at);
  writer.byte(1 | (fill.partial ? 2 : 0) | (fill.side === 'sell' ? 4 : 0) | (STATUSES.indexOf(fill.orderStatus as 'filled') << 3));
  writer.number(fill.executionCount);
  writer.count(fill.orderSeq);
  writer.text(fill.symbol);
  for (const value of [fill.price, fill.quantity, fill.leaves, fill.cumulative]) writer.wide(value);
}

const AMOUNTS = ['netAmount', 'quantity', 'price', 'perShare'] as const;

function writeNonTrade(writer: RecordWriter, activity: NonTradeActivity): void {
  writer.number(activity.at);
  writer.byte(0);
  writer.text(JSON.stringify(activity, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)));
}

function readActivity(codec: Codec, reader: RecordReader): Activity {
  const at = reader.number() as Instant;
  const marks = reader.byte();
  if (marks === 0) return readNonTrade(reader.text());
  const executionId = uuidOf(codec.seed, reader.number());
  const orderId = codec.ids.orderId(reader.count());
  const symbol = reader.text() as AssetSymbol;
  const [price, quantity, leaves, cumulative] = [reader.wide(), reader.wide(), reader.wide(), reader.wide()];
  return {
    kind: 'fill',
    id: activityId(at, executionId),
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

function readNonTrade(text: string): NonTradeActivity {
  const saved = JSON.parse(text);
  const amounts = AMOUNTS.map((name) => [name, saved[name] === null ? null : BigInt(saved[name])]);
  return { ...saved, ...Object.fromEntries(amounts) };
}

type At = (index: number) => Activity | undefined;

/** Index of the first kept activity at or after an instant. */
function firstAtOrAfter(log: RecordLog, at: At, from: number): number {
  let low = log.first();
  let high = log.count();
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at(middle)?.at ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One page: after the token's item in the wanted direction, within the wanted times. */
function pageOf(log: RecordLog, at: At, filter: ActivityFilter): Activity[] {
  const fits = makeFilter(filter);
  const step = filter.direction === 'asc' ? 1 : -1;
  let index = startOf(log, at, filter, step);
  const page: Activity[] = [];
  for (; index >= log.first() && index < log.count() && page.length < filter.pageSize; index += step) {
    const activity = at(index);
    if (!activity || isBeyond(activity, filter, step)) break;
    if (fits(activity)) page.push(activity);
  }
  return page;
}

function startOf(log: RecordLog, at: At, filter: ActivityFilter, step: 1 | -1): number {
  const { pageToken, after, until } = filter;
  if (pageToken === undefined) {
    if (step > 0) return after === undefined ? log.first() : firstAtOrAfter(log, at, after);
    return (until === undefined ? log.count() : firstAtOrAfter(log, at, until)) - 1;
  }
  const found = positionOf(log, at, pageToken);
  return (found < 0 ? malformed(`invalid page_token: ${pageToken.slice(0, 80)}`) : found) + step;
}

const isBeyond = ({ at }: Activity, { after, until }: ActivityFilter, step: 1 | -1): boolean =>
  step > 0 ? until !== undefined && at >= until : after !== undefined && at <= after;

function makeFilter({ types, category, after, until, orderId, day }: ActivityFilter): (activity: Activity) => boolean {
  if (types && category) unprocessable('category can not be used together with activity_types');
  for (const type of types ?? []) if (!/^[A-Z]{2,12}$/.test(type)) malformed(`invalid activity type: ${type.slice(0, 40)}`);
  return (activity) => {
    if (types && !types.includes(typeOf(activity))) return false;
    if (category && (activity.kind === 'fill') !== (category === 'trade_activity')) return false;
    if (after !== undefined && activity.at <= after) return false;
    if (until !== undefined && activity.at >= until) return false;
    if (day !== undefined && newYorkDay(activity.at) !== day) return false;
    return orderId === undefined || (activity.kind === 'fill' && activity.orderId === orderId);
  };
}

const TOKEN = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})\d{5}::/;

/** An id begins with New York's time, which in the hour that autumn repeats names two instants. */
function positionOf(log: RecordLog, at: At, id: string): number {
  const match = TOKEN.exec(id);
  if (!match) return -1;
  const [year, month, day, hour, minute] = match.slice(1).map(Number) as [number, number, number, number, number];
  const near = newYorkInstant(dayNumber(year, month, day), hour * 60 + minute);
  for (let index = firstAtOrAfter(log, at, near - HOUR_MS); index < log.count(); index++) {
    const activity = at(index);
    if (!activity || activity.at > near + DAY_MS) return -1;
    if (activity.id === id) return index;
  }
  return -1;
}
