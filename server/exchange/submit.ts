/** A new order: read, checked, written into the book with its legs, told of, and shown to the market. */
import { basisPointsOf, type Money, type Price, type Quantity } from '../domain/money.ts';
import { newYorkDay, newYorkInstant } from '../domain/new-york.ts';
import type { Instant } from '../domain/time.ts';
import { type Admission, admit, type Candidate } from './admission.ts';
import { type Draft, readDraft } from './draft.ts';
import { activate, arm, tell } from './lifecycle.ts';
import { mayTradeNow, meetMarket } from './matching.ts';
import { type Order, type OrderRole, type OrderType, opposite } from './order.ts';
import { addOrder, legsOf, orderCount } from './order-book.ts';
import type { OrderRequest } from './requests.ts';
import { checkRules } from './rules.ts';
import { reserve } from './valuation.ts';
import type { World } from './world.ts';

const GTC_DAYS = 90;
const AGED_ORDERS_MINUTE = 16 * 60 + 15;

/** An order and its legs as they were acknowledged, before the market saw them. */
export interface Acknowledged {
  readonly order: Order;
  readonly legs: readonly Order[];
}

export function submitOrder(world: World, request: OrderRequest): Acknowledged {
  const draft = readDraft(world, request);
  checkRules(world, draft);
  const admission = admit(world, draft);
  return placeOrder(world, draft, admission);
}

/** What an order has beyond its draft. */
export interface Lineage {
  readonly role?: OrderRole;
  readonly parentId?: string;
  readonly replaces?: string;
}

function placeOrder(world: World, draft: Draft, admission: Admission): Acknowledged {
  const order = makeOrder(world, draft, draft.clientOrderId, admission, draft.orderClass === 'oco' ? { role: 'takeProfit' } : {});
  const isAuction = order.timeInForce === 'opg' || order.timeInForce === 'cls';
  order.status = !isAuction && mayTradeNow(world, order) ? 'pending_new' : 'accepted';
  order.armed = order.role === 'takeProfit';
  enter(world, order);
  if (draft.orderClass !== 'simple') addLegs(world, order, draft);
  const legs = legsOf(world.orders, order).map((leg) => ({ ...leg }));
  const acknowledged = { order: tell(world, order.status === 'pending_new' ? 'pending_new' : 'accepted', order), legs };
  // The stop-loss of an OCO watches as soon as its take-profit does.
  if (order.role === 'takeProfit') for (const leg of legsOf(world.orders, order)) arm(world, leg);
  if (order.status === 'pending_new') activate(world, order);
  if (!isAuction) meetMarket(world, order);
  return acknowledged;
}

/** Writes an order into the book, with what it reserves. */
export function enter(world: World, order: Order): void {
  addOrder(world.orders, order);
  const amount = order.reserved;
  order.reserved = 0n as Money;
  reserve(world, order, amount);
}

export function makeOrder(
  world: World,
  draft: Candidate,
  clientOrderId: string | undefined,
  admission: Admission,
  lineage: Lineage,
): Order {
  const seq = orderCount(world.orders);
  const { ids } = world.orders;
  const { instrument } = draft.asset;
  return {
    seq,
    id: ids.orderId(seq),
    clientOrderId: clientOrderId ?? ids.clientId(seq),
    namedByClient: clientOrderId !== undefined,
    symbol: instrument.symbol,
    assetId: draft.asset.id,
    assetClass: instrument.assetClass,
    side: draft.side,
    type: draft.type,
    timeInForce: draft.timeInForce,
    orderClass: draft.orderClass,
    role: lineage.role ?? 'entry',
    positionIntent: admission.intent,
    extendedHours: draft.extendedHours,
    quantity: draft.quantity,
    notional: draft.notional,
    limitPrice: draft.limitPrice,
    stopPrice: draft.stopPrice,
    trailPrice: draft.trailPrice,
    trailPercent: draft.trailPercent,
    highWater: null,
    collarPrice: cryptoCollar(world, draft),
    triggered: false,
    armed: false,
    status: 'accepted',
    filledQuantity: 0n as Quantity,
    filledValue: 0n,
    reservePrice: admission.reservePrice,
    reserved: admission.reserved,
    claimed: admission.claimed,
    parentId: lineage.parentId ?? null,
    legIds: [],
    replaces: lineage.replaces ?? null,
    replacedBy: null,
    createdAt: world.now,
    updatedAt: world.now,
    submittedAt: world.now,
    expiresAt: expiryOf(world, draft),
    filledAt: null,
    expiredAt: null,
    canceledAt: null,
    replacedAt: null,
    failedAt: null,
  };
}

/** Alpaca turns a crypto market order into a limit some percent away. */
function cryptoCollar(world: World, draft: Candidate): Price | null {
  const quote = world.quotes.get(draft.asset.instrument.symbol);
  if (draft.asset.instrument.assetClass !== 'crypto' || draft.type !== 'market' || !quote) return null;
  const bps = world.settings.cryptoCollarPercent * 100;
  return (draft.side === 'buy' ? quote.ask + basisPointsOf(quote.ask, bps) : quote.bid - basisPointsOf(quote.bid, bps)) as Price;
}

/**
 * DAY orders end with the session they trade in (marked for extended hours: in the evening), auction orders with the
 * session of their auction, GTC orders by the job for aged orders after ninety days.
 */
function expiryOf(world: World, { timeInForce, extendedHours }: Candidate): Instant | null {
  const { sessions, session, now } = world;
  switch (timeInForce) {
    case 'gtc':
      return newYorkInstant(newYorkDay(now) + GTC_DAYS, AGED_ORDERS_MINUTE);
    case 'day':
      if (extendedHours) return sessions.nextEvening(now);
      if (world.settings.dayOrdersExpire === 'evening') return sessions.nextEvening(session?.closesAt ?? sessions.nextOpen(now));
      return session?.closesAt ?? sessions.nextClose(now);
    case 'opg':
      return sessions.nextClose(sessions.nextOpen(now));
    case 'cls':
      return sessions.nextClose(now);
    case 'ioc':
    case 'fok':
      return null;
    default:
      return timeInForce satisfies never;
  }
}

/** The exits of a group exist from the start, `held` until the entry has filled completely. */
function addLegs(world: World, entry: Order, draft: Draft): void {
  const { takeProfit, stopLoss } = draft;
  const isExit = entry.role === 'takeProfit';
  const exit: Candidate = { ...draft, side: isExit ? draft.side : opposite(draft.side), limitPrice: null };
  const legs: Order[] = [];
  if (takeProfit && !isExit) {
    legs.push(makeLeg(world, { ...exit, type: 'limit', limitPrice: takeProfit.limitPrice }, entry, 'takeProfit'));
  }
  if (stopLoss) {
    const type: OrderType = stopLoss.limitPrice === null ? 'stop' : 'stop_limit';
    legs.push(makeLeg(world, { ...exit, type, limitPrice: stopLoss.limitPrice, stopPrice: stopLoss.stopPrice }, entry, 'stopLoss'));
  }
  entry.legIds = legs.map((leg) => leg.id);
}

function makeLeg(world: World, draft: Candidate, entry: Order, role: OrderRole): Order {
  const intent = draft.side === 'sell' ? 'sell_to_close' : 'buy_to_close';
  const free: Admission = { intent, reservePrice: 0n as Price, reserved: 0n as Money, claimed: 0n as Quantity };
  const leg = makeOrder(world, draft, undefined, free, { role, parentId: entry.id });
  leg.status = 'held';
  addOrder(world.orders, leg);
  return leg;
}
