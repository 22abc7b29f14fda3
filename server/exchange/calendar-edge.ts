/** What the calendar does by itself: days turn, sessions and extended hours begin and end, orders grow old. */

import { newYorkMinute } from '../domain/new-york.ts';
import { closingAuctions } from './auction.ts';
import { noteClose, turnDay } from './day-turn.ts';
import { activate, endOrder } from './lifecycle.ts';
import { mayTradeNow, meetMarket } from './matching.ts';
import { isOpen, type Order } from './order.ts';
import { allOpenOrders } from './order-book.ts';
import type { World } from './world.ts';

/** Finds the first edge after now. */
export function findEdge(world: World): void {
  world.session = world.sessions.at(world.now);
  world.phase = world.sessions.phaseAt(world.now);
  world.edgeAt = world.sessions.nextEdge(world.now);
}

/** Does what is due now. */
export function crossEdge(world: World): void {
  const ended = world.session;
  const before = world.phase;
  if (newYorkMinute(world.now) === 0) turnDay(world);
  findEdge(world);
  if (ended && !world.session) {
    closingAuctions(world, ended.opensAt);
    noteClose(world);
  }
  expireOrders(world);
  if (world.phase !== before && world.phase !== 'closed') releaseWaiting(world);
}

/** Orders that waited for these hours reach the market. */
function releaseWaiting(world: World): void {
  for (const order of allOpenOrders(world.orders)) {
    if (order.status !== 'accepted' || isForAuction(order) || !mayTradeNow(world, order)) continue;
    activate(world, order);
    meetMarket(world, order);
  }
}

const isForAuction = ({ timeInForce }: Order): boolean => timeInForce === 'opg' || timeInForce === 'cls';

/** What has reached its end: an order for an auction that has been is canceled, all others expire. */
function expireOrders(world: World): void {
  for (const order of allOpenOrders(world.orders)) {
    if (order.expiresAt === null || order.expiresAt > world.now || !isOpen(order)) continue;
    endOrder(world, order, isForAuction(order) ? 'canceled' : 'expired');
  }
}
