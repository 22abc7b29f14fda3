/** The activities as bytes, in order of time, and the pages that are asked of them. */
import { newYorkDay } from '../domain/new-york.ts';
import { type Activity, type NonTradeActivity, typeOf } from './activity.ts';
import {
  type ActivityHead,
  type IdSource,
  type NewFill,
  type NewNonTrade,
  nonTradeOf,
  readActivity,
  readHead,
  writeFill,
  writeNonTrade,
} from './activity-codec.ts';
import { asParts, type HistoryPart, partsOf } from './history-part.ts';
import type { OrderIds } from './order-ids.ts';
import { counterOf } from './random.ts';
import { createRecordLog, type RecordLog, type SavedLog } from './record-log.ts';
import { malformed, unprocessable } from './refusal.ts';
import type { ActivityFilter } from './requests.ts';

export interface ActivityStore {
  addFill(fill: NewFill): void;
  addNonTrade(activity: NewNonTrade): NonTradeActivity;
  page(filter: ActivityFilter): Activity[];
  /** Those of some types within a span of time, oldest first. */
  within(types: (type: string) => boolean, from: number, to: number): Generator<Activity>;
  save(): SavedLog;
  /** What is finished for good. */
  parts(): HistoryPart[];
  load(saved: SavedLog, parts: readonly HistoryPart[]): void;
}

interface Shelf {
  readonly source: IdSource;
  readonly log: RecordLog;
  at(index: number): Activity | undefined;
  head(index: number): ActivityHead | undefined;
}

/** Keeps at least the last `keep` activities; 0 keeps all. */
export function createActivityStore(seed: number, ids: OrderIds, keep: number): ActivityStore {
  const log = createRecordLog();
  const source = { seed, ids };
  const shelf: Shelf = {
    source,
    log,
    at: (index) => log.read(index, (reader) => readActivity(source, reader)),
    head: (index) => log.read(index, readHead),
  };
  const tidy = (): void => {
    if (keep > 0) log.forgetBefore(log.count() - keep);
  };
  return {
    addFill: (fill) => {
      log.append((writer) => writeFill(writer, fill));
      tidy();
    },
    addNonTrade: (activity) => {
      log.append((writer) => writeNonTrade(writer, activity));
      tidy();
      return nonTradeOf(source, activity);
    },
    page: (filter) => pageOf(shelf, filter),
    within: function* (types, from, to) {
      for (let index = firstWhere(shelf, ({ at }) => at >= from); index < log.count(); index++) {
        const head = shelf.head(index);
        if (!head || head.at > to) return;
        const activity = head.orderSeq !== undefined && !types('FILL') ? undefined : shelf.at(index);
        if (activity && types(typeOf(activity))) yield activity;
      }
    },
    save: log.save,
    parts: () => asParts('activities', log.sealed()),
    load: (saved, parts) => log.load(saved, partsOf(parts, 'activities')),
  };
}

/** Index of the first kept activity of which something holds that holds of all after it, too. */
function firstWhere({ log, head }: Shelf, holds: (head: ActivityHead) => boolean): number {
  let low = log.first();
  let high = log.count();
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = head(middle);
    if (found && !holds(found)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One page: after the token's item in the wanted direction, within the wanted times. */
function pageOf(shelf: Shelf, filter: ActivityFilter): Activity[] {
  const { log } = shelf;
  const fits = makeFilter(filter);
  const mayFit = makeHeadFilter(shelf, filter);
  const step = filter.direction === 'asc' ? 1 : -1;
  let index = startOf(shelf, filter, step);
  const page: Activity[] = [];
  for (; index >= log.first() && index < log.count() && page.length < filter.pageSize; index += step) {
    const head = shelf.head(index);
    if (!head || isBeyond(head, filter, step)) break;
    const activity = mayFit(head) ? shelf.at(index) : undefined;
    if (activity && fits(activity)) page.push(activity);
  }
  return page;
}

function startOf(shelf: Shelf, filter: ActivityFilter, step: 1 | -1): number {
  const { log } = shelf;
  const { pageToken, after, until } = filter;
  if (pageToken === undefined) {
    if (step > 0) return after === undefined ? log.first() : firstWhere(shelf, ({ at }) => at >= after);
    return (until === undefined ? log.count() : firstWhere(shelf, ({ at }) => at >= until)) - 1;
  }
  const found = positionOf(shelf, pageToken);
  return (found < 0 ? malformed(`invalid page_token: ${pageToken.slice(0, 80)}`) : found) + step;
}

const isBeyond = ({ at }: ActivityHead, { after, until }: ActivityFilter, step: 1 | -1): boolean =>
  step > 0 ? until !== undefined && at >= until : after !== undefined && at <= after;

/** Passes over fills that are not wanted without reading all of them. */
function makeHeadFilter({ source }: Shelf, { types, category, orderId }: ActivityFilter): (head: ActivityHead) => boolean {
  const wantsFills = (!types || types.includes('FILL')) && category !== 'non_trade_activity';
  const wanted = orderId === undefined ? undefined : (source.ids.seqOf(orderId) ?? -1);
  return ({ orderSeq }) => (orderSeq === undefined ? wanted === undefined : wantsFills && (wanted === undefined || orderSeq === wanted));
}

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

/** An id ends with a function of a count that only grows, and so says itself where it is. */
function positionOf(shelf: Shelf, id: string): number {
  const count = counterOf(shelf.source.seed, id.slice(id.indexOf('::') + 2));
  if (count === undefined) return -1;
  const index = firstWhere(shelf, ({ idCount }) => idCount >= count);
  return shelf.at(index)?.id === id ? index : -1;
}
