/** Replacing: the old order ends as `replaced`, a new one with a new id takes its place, its legs and its watch. */
import { formatFixed, type Price, type Quantity, UNIT } from '../domain/money.ts';
import { type Admission, admit, type Candidate } from './admission.ts';
import { findOrder } from './cancel.ts';
import { positive, readClientId } from './draft.ts';
import { activate, settle, tell } from './lifecycle.ts';
import { isActive, meetMarket } from './matching.ts';
import { isOpen, type Order, remainingQuantity, type TimeInForce } from './order.ts';
import { legsOf, parentOf, updateClaim, watchMarket } from './order-book.ts';
import { forbidden, malformed, unprocessable } from './refusal.ts';
import type { ReplaceRequest } from './requests.ts';
import { checkKind, checkStep } from './rules.ts';
import { trailedStop } from './stops.ts';
import { enter, makeOrder } from './submit.ts';
import { assetOf, type World } from './world.ts';

/** Replaces an order and returns the new one as it was acknowledged. */
export function replaceOrder(world: World, id: string, request: ReplaceRequest): Order {
  const old = findOrder(world, id);
  checkReplaceable(old);
  const candidate = readChange(world, old, request);
  const clientOrderId = readClientId(world, request.clientOrderId);
  const admission = judge(world, old, candidate);
  const fresh = makeOrder(world, candidate, clientOrderId, admission, {
    role: old.role,
    replaces: old.id,
    ...(old.parentId === null ? {} : { parentId: old.parentId }),
  });
  fresh.highWater = old.highWater;
  if (fresh.type === 'trailing_stop') fresh.stopPrice = laggingStop(old, fresh);
  fresh.triggered = old.triggered;
  fresh.armed = old.armed;
  fresh.status = old.status === 'held' ? 'held' : 'pending_new';
  retire(world, old, fresh);
  enter(world, fresh);
  updateClaim(world.orders, fresh);
  const acknowledged = { ...fresh };
  if (fresh.status === 'pending_new') {
    activate(world, fresh);
    meetMarket(world, fresh);
  } else {
    tell(world, 'held', fresh);
    if (isActive(fresh)) watchMarket(world.orders, fresh);
  }
  return acknowledged;
}

/** The stop price of a replaced trailing stop: a new trail counts from the mark that was reached. */
function laggingStop(old: Order, fresh: Order): Price | null {
  const isSameTrail = fresh.trailPrice === old.trailPrice && fresh.trailPercent === old.trailPercent;
  return isSameTrail || fresh.highWater === null ? old.stopPrice : trailedStop(fresh, fresh.highWater);
}

function checkReplaceable(old: Order): void {
  if (!isOpen(old)) unprocessable(`order is already in "${old.status}" state`);
  if (old.status === 'accepted' || old.status === 'pending_new') unprocessable("unable to replace order, order isn't sent to exchange yet");
  if (old.notional !== null) unprocessable('notional orders can not be replaced');
}

function readChange(world: World, old: Order, request: ReplaceRequest): Candidate {
  const asset = assetOf(world, old.symbol);
  const limitPrice = positive<Price>('limit_price', request.limitPrice);
  const stopPrice = positive<Price>('stop_price', request.stopPrice);
  const trail = positive<Price>('trail', request.trail);
  checkStep({ asset }, 'limit_price', limitPrice);
  checkStep({ asset }, 'stop_price', stopPrice);
  if (limitPrice !== null && old.limitPrice === null) malformed(`${old.type} orders do not accept a limit price`);
  if (stopPrice !== null && old.type !== 'stop' && old.type !== 'stop_limit') malformed(`${old.type} orders do not accept a stop price`);
  if (trail !== null && old.type !== 'trailing_stop') malformed(`${old.type} orders do not accept trail`);
  const timeInForce = readTime(old, request.timeInForce);
  const named = positive<Quantity>('qty', request.qty);
  const isOfParts = named !== null && named !== old.quantity && (named % UNIT !== 0n || (old.quantity ?? 0n) % UNIT !== 0n);
  if (isOfParts && old.assetClass === 'us_equity') malformed('qty must be integer');
  if (named !== null && old.role !== 'entry') unprocessable('the quantity of a leg can not be replaced');
  const counted = world.settings.replaceQuantity === 'total' ? old.filledQuantity : 0n;
  const quantity = ((named ?? old.quantity ?? 0n) - counted) as Quantity;
  if (quantity <= 0n) unprocessable(`qty must be greater than the filled quantity ${formatFixed(counted)}`);
  const changes = [limitPrice !== null && limitPrice !== old.limitPrice, stopPrice !== null && stopPrice !== old.stopPrice];
  changes.push(trail !== null && trail !== (old.trailPrice ?? old.trailPercent), named !== null && named !== old.quantity);
  if (!changes.includes(true) && timeInForce === old.timeInForce) forbidden('order parameters are not changed');
  const candidate: Candidate = {
    asset,
    side: old.side,
    type: old.type,
    timeInForce,
    orderClass: old.orderClass,
    quantity,
    notional: null,
    limitPrice: limitPrice ?? old.limitPrice,
    stopPrice: stopPrice ?? (old.type === 'trailing_stop' ? null : old.stopPrice),
    trailPrice: old.trailPrice === null ? null : (trail ?? old.trailPrice),
    trailPercent: old.trailPercent === null ? null : (trail ?? old.trailPercent),
    extendedHours: old.extendedHours,
    positionIntent: undefined,
  };
  checkKind(world, candidate);
  return candidate;
}

function readTime(old: Order, text: string | undefined): TimeInForce {
  if (text === undefined || text === '') return old.timeInForce;
  const allowed: readonly TimeInForce[] = old.assetClass === 'crypto' ? ['gtc', 'ioc'] : ['day', 'gtc', 'ioc', 'fok'];
  return allowed.find((time) => time === text) ?? malformed(`invalid time_in_force: ${text}`);
}

/** A leg claims what its group already claims; anything else is judged as if the old order were gone. */
function judge(world: World, old: Order, candidate: Candidate): Admission {
  if (old.role !== 'entry') {
    return { intent: old.positionIntent, reservePrice: old.reservePrice, reserved: old.reserved, claimed: 0n as Quantity };
  }
  return admit(world, candidate, old);
}

function retire(world: World, old: Order, fresh: Order): void {
  old.status = 'replaced';
  old.replacedAt = world.now;
  old.replacedBy = fresh.id;
  settle(world, old);
  const more = (fresh.quantity ?? 0n) - remainingQuantity(old);
  for (const leg of legsOf(world.orders, old)) {
    leg.parentId = fresh.id;
    if (leg.quantity !== null && isOpen(leg)) leg.quantity = (leg.quantity + more) as Quantity;
  }
  fresh.legIds = old.legIds;
  const parent = parentOf(world.orders, old);
  if (parent) parent.legIds = parent.legIds.map((legId) => (legId === old.id ? fresh.id : legId));
  tell(world, 'replaced', old);
}
