/** Alpaca in a box, without the wire: requests and time go in, replies and events come out; nothing else moves it. */

import { withoutSlash } from '../domain/ids.ts';
import { priceFromNumber } from '../domain/money.ts';
import { type Instant, instant, MINUTE_MS } from '../domain/time.ts';
import { pageOfActivities } from './activity.ts';
import { findEdge } from './calendar-edge.ts';
import { cancelAllOrders, cancelOrder, findOrder } from './cancel.ts';
import { closeAllPositions, closePosition, findPosition } from './close-position.ts';
import { patched } from './configurations.ts';
import type { Exchange } from './contract.ts';
import { listOrders } from './list-orders.ts';
import { getBars, getLatest } from './market-data.ts';
import { newYorkDay } from './new-york.ts';
import type { Order } from './order.ts';
import { findOrderByClientId } from './order-book.ts';
import { nextTapeAt, play } from './playback.ts';
import { notFound, Refusal, refusalBody } from './refusal.ts';
import { replaceOrder } from './replace.ts';
import type { ChangeRequest, ExchangeRequest, ReadRequest, Reply } from './requests.ts';
import { isChange } from './requests.ts';
import { createSessionBook, type SessionBook } from './sessions.ts';
import { DEFAULT_SETTINGS, type ExchangeSettings } from './settings.ts';
import { loadWorld, saveWorld } from './snapshot.ts';
import { dateText, parseDate } from './stamp.ts';
import { submitOrder } from './submit.ts';
import type { Tape } from './tape.ts';
import { renderAccount, renderAsset, renderPosition } from './view/account-view.ts';
import { renderCalendar, renderClock } from './view/calendar-view.ts';
import { renderActivity, renderNested, renderOrder } from './view/order-view.ts';
import { createWorld, type World } from './world.ts';

const BEFORE_OPEN_MS = 5 * MINUTE_MS;

export interface ExchangeOptions {
  readonly tape: Tape;
  readonly settings?: Partial<ExchangeSettings>;
}

export function createExchange({ tape, settings }: ExchangeOptions): Exchange {
  const all: ExchangeSettings = { ...DEFAULT_SETTINGS, ...settings };
  const sessions = createSessionBook(tape, all.loop, all);
  const startsAt = beginningOf(tape, sessions);
  const world = createWorld(all, tape, sessions, startsAt < tape.firstAt ? startsAt : tape.firstAt);
  for (const [symbol, bars] of tape.warmUp) {
    const last = bars.at(-1);
    if (last) world.lastDayPrices.set(symbol, priceFromNumber(last.close));
  }
  findEdge(world);
  play(world, startsAt);
  world.outbox = [];
  world.account.balanceAsOf = dateText(world.sessions.dayBefore(newYorkDay(startsAt)));
  return {
    startsAt,
    now: () => world.now,
    handle: (request, at) => {
      play(world, at);
      return answer(world, request);
    },
    advance: (to) => play(world, to),
    nextEventAt: () => nextTapeAt(world),
    drain: () => {
      const told = world.outbox;
      world.outbox = [];
      return told;
    },
    snapshot: () => saveWorld(world),
    restore: (text) => loadWorld(world, text),
  };
}

/** Five minutes before the first session; pairs that traded before it are known by then. Without equities, before the first bar. */
function beginningOf(tape: Tape, sessions: SessionBook): Instant {
  const first = tape.sessionDates.size === 0 ? tape.firstAt : firstOpen(tape, sessions);
  return instant(first - BEFORE_OPEN_MS);
}

function firstOpen(tape: Tape, sessions: SessionBook): Instant {
  const [date] = [...tape.sessionDates].sort();
  return (date && sessions.on(parseDate(date) ?? 0)?.opensAt) || tape.firstAt;
}

const reply = (status: number, json: () => unknown): Reply => ({ status, json });
const orderReply = (order: Order, legs: readonly Order[] = []): Reply => reply(200, () => renderOrder(order, legs));

function answer(world: World, request: ExchangeRequest): Reply {
  try {
    return isChange(request) ? change(world, request) : read(world, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return reply(error.status, () => refusalBody(error));
  }
}

function change(world: World, request: ChangeRequest): Reply {
  switch (request.kind) {
    case 'submitOrder': {
      const { order, legs } = submitOrder(world, request.order);
      return orderReply(order, legs);
    }
    case 'replaceOrder':
      return orderReply(replaceOrder(world, request.id, request.change));
    case 'cancelOrder':
      cancelOrder(world, request.id);
      return reply(204, () => undefined);
    case 'cancelAllOrders': {
      const canceled = cancelAllOrders(world);
      return reply(207, () => canceled.map((order) => ({ id: order.id, status: 200, body: renderOrder(order) })));
    }
    case 'closePosition':
      return orderReply(closePosition(world, request.symbol, request));
    case 'closeAllPositions': {
      const closings = closeAllPositions(world, request.cancelOrders);
      return reply(207, () =>
        closings.map(({ symbol, status, order, refused }) => ({
          symbol: withoutSlash(symbol),
          status,
          body: order ? renderOrder(order) : refused,
        })),
      );
    }
    case 'patchConfigurations':
      world.configurations = patched(world.configurations, request.patch);
      return reply(200, () => world.configurations);
    default:
      return request satisfies never;
  }
}

function read(world: World, request: ReadRequest): Reply {
  switch (request.kind) {
    case 'getAccount':
      return reply(200, () => renderAccount(world));
    case 'getConfigurations':
      return reply(200, () => world.configurations);
    case 'getClock':
      return reply(200, () => renderClock(world));
    case 'getCalendar': {
      const rows = renderCalendar(world, request.start, request.end);
      return reply(200, () => rows);
    }
    case 'listAssets':
    case 'getAsset':
      return readAssets(world, request);
    case 'listOrders':
    case 'getOrder':
    case 'getOrderByClientId':
      return readOrders(world, request);
    case 'listPositions':
      return reply(200, () => sortedPositions(world).map((position) => renderPosition(world, position)));
    case 'getPosition': {
      const position = findPosition(world, request.symbol);
      return reply(200, () => renderPosition(world, position));
    }
    case 'listActivities': {
      const page = pageOfActivities(world.activities, request.filter);
      return reply(200, () => page.map(renderActivity));
    }
    case 'getBars': {
      const page = getBars(world, request.query);
      return reply(200, () => page);
    }
    case 'getLatest': {
      const latest = getLatest(world, request.query);
      return reply(200, () => latest);
    }
    default:
      return request satisfies never;
  }
}

const sortedPositions = (world: World) => [...world.positions.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));

function readAssets(world: World, request: Extract<ReadRequest, { kind: 'listAssets' | 'getAsset' }>): Reply {
  const { assets } = world.tape;
  if (request.kind === 'getAsset') {
    const asset = assets.find(request.symbol) ?? notFound(`asset not found for ${request.symbol}`);
    return reply(200, () => renderAsset(asset));
  }
  const wanted = assets.all.filter(
    ({ instrument, exchange }) =>
      (request.assetClass === undefined || instrument.assetClass === request.assetClass) &&
      (request.status === undefined || request.status === 'active') &&
      (request.exchange === undefined || exchange === request.exchange),
  );
  return reply(200, () => wanted.map(renderAsset));
}

function readOrders(world: World, request: Extract<ReadRequest, { kind: 'listOrders' | 'getOrder' | 'getOrderByClientId' }>): Reply {
  const { orders } = world;
  if (request.kind === 'listOrders') {
    const found = listOrders(world, request.filter);
    const { nested } = request.filter;
    return reply(200, () => found.map((order) => (nested ? renderNested(orders, order) : renderOrder(order))));
  }
  if (request.kind === 'getOrder') {
    const order = findOrder(world, request.id);
    return reply(200, () => (request.nested ? renderNested(orders, order) : renderOrder(order)));
  }
  const order = findOrderByClientId(orders, request.clientOrderId) ?? notFound(`order not found for ${request.clientOrderId}`);
  return reply(200, () => renderNested(orders, order));
}
