/** A new order: read, checked, written into the book with its legs, told of, and shown to the market. */
import { basisPointsOf, type Money, type Price, type Quantity } from '../domain/money.ts';
import { DAY_MS, type Instant } from '../domain/time.ts';
import { type Admission, admit, type Candidate } from './admission.ts';
import { type Draft, readDraft } from './draft.ts';
import { activate, tell } from './lifecycle.ts';
import { isExtendedHours, meetMarket } from './matching.ts';
import { type Order, type OrderRole, type OrderType, opposite } from './order.ts';
import { addOrder, legsOf } from './order-book.ts';
import type { OrderRequest } from './requests.ts';
import { checkRules } from './rules.ts';
import { reserve } from './valuation.ts';
import { nextId, type World } from './world.ts';

const GTC_DAYS = 90;

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
  const order = makeOrder(world, draft, draft.clientOrderId, admission, {});
  order.status = goesToMarket(world, order) ? 'pending_new' : 'accepted';
  addOrder(world.orders, order);
  const amount = order.reserved;
  order.reserved = 0n as Money;
  reserve(world, order, amount);
  if (draft.orderClass === 'bracket' && draft.takeProfit && draft.stopLoss) addLegs(world, order, draft);
  const acknowledged = { order: { ...order }, legs: legsOf(world.orders, order).map((leg) => ({ ...leg })) };
  tell(world, order.status === 'pending_new' ? 'pending_new' : 'accepted', order);
  if (order.status === 'pending_new') {
    activate(world, order);
    meetMarket(world, order);
  } else if (order.timeInForce === 'ioc' || order.timeInForce === 'fok') {
    meetMarket(world, order);
  }
  return acknowledged;
}

/** Crypto always; equities while their session is open, or for extended hours orders in those. */
function goesToMarket(world: World, order: Order): boolean {
  if (order.assetClass === 'crypto' || world.session !== undefined) return true;
  return order.extendedHours && isExtendedHours(world, world.now);
}

export function makeOrder(
  world: World,
  draft: Candidate,
  clientOrderId: string | undefined,
  admission: Admission,
  lineage: Lineage,
): Order {
  const id = nextId(world);
  const { instrument } = draft.asset;
  return {
    seq: world.orders.all.length,
    id,
    clientOrderId: clientOrderId ?? nextId(world),
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

/** DAY orders end with the session they trade in (marked for extended hours: at 20:00), GTC after 90 days. */
function expiryOf(world: World, draft: Candidate): Instant | null {
  if (draft.timeInForce === 'gtc') return (world.now + GTC_DAYS * DAY_MS) as Instant;
  if (draft.timeInForce !== 'day') return null;
  if (!draft.extendedHours) return world.session?.closesAt ?? world.sessions.nextClose(world.now);
  return world.sessions.nextEvening(world.now);
}

/** The exits of a bracket exist from the start, `held` until the entry has filled completely. */
function addLegs(world: World, entry: Order, draft: Draft): void {
  const { takeProfit, stopLoss } = draft;
  if (!takeProfit || !stopLoss) return;
  const exit = { ...draft, side: opposite(draft.side), stopPrice: null };
  const intent = exit.side === 'sell' ? 'sell_to_close' : 'buy_to_close';
  const free: Admission = { intent, reservePrice: 0n as Price, reserved: 0n as Money };
  const stopType: OrderType = stopLoss.limitPrice === null ? 'stop' : 'stop_limit';
  const legs = [
    makeLeg(world, { ...exit, type: 'limit', limitPrice: takeProfit.limitPrice }, free, entry, 'takeProfit'),
    makeLeg(world, { ...exit, type: stopType, limitPrice: stopLoss.limitPrice, stopPrice: stopLoss.stopPrice }, free, entry, 'stopLoss'),
  ];
  entry.legIds = legs.map((leg) => leg.id);
}

function makeLeg(world: World, draft: Candidate, admission: Admission, entry: Order, role: OrderRole): Order {
  const leg = makeOrder(world, draft, undefined, admission, { role, parentId: entry.id });
  leg.status = 'held';
  addOrder(world.orders, leg);
  return leg;
}
