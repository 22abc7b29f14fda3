/** Executions that we may not have heard of: the account's FILL activities since the last known one, in order. */
import { z } from 'zod';
import type { AssetSymbol, BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import type { Quantity } from '#server/domain/money.ts';
import type { Fill } from '#server/domain/order.ts';
import { type Instant, plus } from '#server/domain/time.ts';
import type { KnownOrder } from './order-index.ts';
import { FillActivity, OrderGroup } from './order-schema.ts';
import { isUnnamed, learnLatestOrders } from './pairs.ts';
import type { Parts } from './parts.ts';
import { NoAnswerError } from './statement.ts';

const NEVER = 0 as Instant;
const PAGE = 100;
/** From so many unknown orders on, one list is cheaper than asking for each. */
const MANY = 3;

/** `overlapMs` before that are read again: entries may appear late, and the broker's clock is not ours. */
export async function fetchActivities({ client, reader }: Parts, since: Instant, overlapMs: number): Promise<readonly FillActivity[]> {
  const found: FillActivity[] = [];
  for (let pageToken: string | undefined; ; ) {
    const page = {
      activityType: 'FILL',
      after: new Date(Math.max(plus(since, -overlapMs), NEVER)),
      direction: 'asc',
      pageSize: PAGE,
    } as const;
    const answer = await client.read('ask', (alpaca) =>
      alpaca.trading.accountActivities.getAccountActivitiesByActivityTypeRaw(pageToken === undefined ? page : { ...page, pageToken }),
    );
    if (answer.kind !== 'ok') throw new NoAnswerError('fills', answer.text);
    const list = reader.read('fills', z.array(FillActivity), answer.body);
    if (list === undefined) throw new NoAnswerError('fills', 'they can not be read');
    found.push(...list);
    const next = list.at(-1)?.activityId;
    if (list.length < PAGE || next === undefined || next === pageToken) return found;
    pageToken = next;
  }
}

/** When the newest execution of the account was, by the broker's clock; the beginning of time where there was none. */
export async function newestExecutionAt({ client, reader }: Parts): Promise<Instant> {
  const latest = { activityType: 'FILL', direction: 'desc', pageSize: 1 } as const;
  const answer = await client.read('ask', (alpaca) => alpaca.trading.accountActivities.getAccountActivitiesByActivityTypeRaw(latest));
  if (answer.kind !== 'ok') throw new NoAnswerError('fills', answer.text);
  const list = reader.read('fills', z.array(FillActivity), answer.body);
  if (list === undefined) throw new NoAnswerError('fills', 'they can not be read');
  return list.reduce<Instant>((newest, { at }) => (at > newest ? at : newest), NEVER);
}

/** By the broker's id: how often it did not know an order of which it told an execution. */
export type UnknownOrders = Map<BrokerOrderId, number>;

/** A new order may be unknown for half a minute: as long as so many attempts of a reconciliation take. */
const TIMES_UNKNOWN = 7;

interface MissedFill {
  readonly fill: Fill;
  readonly filledAfter: Quantity | undefined;
}

/** Activities name the broker's order id: ours are looked up, all at once when they are many. */
export async function fillsOf(parts: Parts, activities: readonly FillActivity[], unknown: UnknownOrders): Promise<readonly MissedFill[]> {
  const strangers = new Set(activities.map(({ brokerId }) => brokerId).filter((id) => parts.orders.byBrokerId(id) === undefined));
  if (strangers.size > MANY) await learnLatestOrders(parts);
  const fills: MissedFill[] = [];
  for (const activity of activities) {
    const { executionId, side, quantity, price, at, filledAfter } = activity;
    const order = parts.orders.byBrokerId(activity.brokerId) ?? (await fetchOrder(parts, activity, unknown));
    fills.push({ fill: { executionId, order: order.id, symbol: order.symbol, side, quantity, price, at }, filledAfter });
  }
  return fills;
}

async function fetchOrder(parts: Parts, { brokerId, symbol }: FillActivity, unknown: UnknownOrders): Promise<KnownOrder> {
  const { client, reader, orders } = parts;
  const answer = await client.read('ask', (alpaca) => alpaca.trading.orders.getOrderByOrderIDRaw({ orderId: brokerId }));
  if (answer.kind === 'silence') throw new NoAnswerError('order of a fill', answer.text);
  const group = answer.kind === 'ok' ? reader.read('order', OrderGroup, answer.body) : undefined;
  if (group === undefined) {
    const times = (unknown.get(brokerId) ?? 0) + 1;
    unknown.set(brokerId, times);
    if (times < TIMES_UNKNOWN) throw new NoAnswerError('order of a fill', `the broker does not know ${brokerId} yet`);
    // The shares are real even when nobody knows the order: it goes by the broker's id.
    const stranger = { id: brokerId as string as OrderId, brokerId, symbol: symbol as AssetSymbol };
    orders.note(stranger);
    return stranger;
  }
  if (isUnnamed(parts, group) && !(await learnLatestOrders(parts, group.view.symbol)))
    throw new NoAnswerError('name of an order', 'the broker did not list its orders');
  const [view = group.view] = orders.learn(group);
  return view;
}
