/**
 * Matching on quotes, as Alpaca's paper market does it. An order fills when it is marketable against the current quote:
 * buys at the ask, sells at the bid, whatever the size; no price improvement, no queue, no impact. A market order is
 * always marketable (crypto: within its collar); a limit buy when its limit is not below the ask; a stop becomes a
 * market or limit order once the trigger price has been reached. By seeded chance an execution takes only a part;
 * the rest waits for the next quote. Equities trade in their session only, against quotes of that session; limit
 * orders marked for extended hours also from 04:00 to 20:00 in New York. A quote older than the set age trades nothing.
 */
import { basisPointsOf, type Price, type Quantity, roundDownTo, UNIT } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import { execute } from './fills.ts';
import { activate, endOrder, endSibling } from './lifecycle.ts';
import { newYorkDay, newYorkMinute } from './new-york.ts';
import { isStopType, type Order, remainingQuantity } from './order.ts';
import { openOrders } from './order-book.ts';
import type { Quote } from './quote.ts';
import { roll } from './random.ts';
import { followTrail, stopReached } from './stops.ts';
import type { World } from './world.ts';

const FOUR_AM = 4 * 60;
const EIGHT_PM = 20 * 60;
const FIFTY_DOLLARS = 50n * UNIT;

/** Shows a new quote to the open orders of its symbol, oldest first. */
export function matchQuote(world: World, quote: Quote): void {
  for (const order of openOrders(world.orders, quote.symbol)) {
    if (world.orders.open.get(order.symbol)?.has(order.id)) tryOrder(world, order, quote);
  }
}

/** Lets a freshly active order meet the market; an order that may not wait ends here. */
export function meetMarket(world: World, order: Order): void {
  const quote = world.quotes.get(order.symbol);
  if (quote) tryOrder(world, order, quote);
  const mayNotWait = order.timeInForce === 'ioc' || order.timeInForce === 'fok';
  if (mayNotWait && world.orders.open.get(order.symbol)?.has(order.id)) endOrder(world, order, 'canceled');
}

function tryOrder(world: World, order: Order, quote: Quote): void {
  if (order.status === 'accepted' || order.status === 'pending_new') return;
  if (order.status === 'held' && !order.armed) return;
  if (!mayTrade(world, order, quote)) return;
  if (isStopType(order.type) && !order.triggered) {
    followTrail(world, order, quote);
    if (!stopReached(world, order, quote)) return;
    fireStop(world, order);
  }
  if (isMarketable(order, quote)) fillAt(world, order, order.side === 'buy' ? quote.ask : quote.bid);
}

function mayTrade(world: World, order: Order, quote: Quote): boolean {
  if (world.now - quote.at > world.settings.maxQuoteAgeMs) return false;
  if (order.assetClass === 'crypto') return true;
  if (world.session) return quote.at >= world.session.opensAt;
  return order.extendedHours && isExtendedHours(world, world.now);
}

/** From 04:00 to 20:00 in New York on a day with a session, outside of the session itself. */
export function isExtendedHours(world: World, at: Instant): boolean {
  const minute = newYorkMinute(at);
  return minute >= FOUR_AM && minute < EIGHT_PM && world.sessions.on(newYorkDay(at)) !== undefined;
}

function fireStop(world: World, order: Order): void {
  order.triggered = true;
  if (order.status === 'held') activate(world, order);
  if (order.role === 'stopLoss') endSibling(world, order);
  const stop = order.stopPrice;
  if (order.side === 'buy' && order.limitPrice === null && stop !== null && world.settings.buyStopCollar) {
    order.collarPrice = (stop + basisPointsOf(stop, stop < FIFTY_DOLLARS ? 400 : 250)) as Price;
  }
}

function isMarketable(order: Order, quote: Quote): boolean {
  const limit = order.limitPrice ?? order.collarPrice;
  if (limit === null) return true;
  return order.side === 'buy' ? limit >= quote.ask : limit <= quote.bid;
}

function fillAt(world: World, order: Order, price: Price): void {
  if (order.notional !== null && order.quantity === null) {
    const quantity = ((order.notional * UNIT) / price) as Quantity;
    if (quantity > 0n) execute(world, order, price, quantity, true);
    return;
  }
  const left = remainingQuantity(order);
  const part = order.timeInForce === 'fok' ? left : takenPart(world, order, left);
  execute(world, order, price, part, part === left);
}

/** All that is left, or by chance a tenth to nine tenths of it; an order for whole shares fills in whole shares. */
function takenPart(world: World, order: Order, left: Quantity): Quantity {
  if (roll(world.chance) >= world.settings.partialFillChance) return left;
  const tenths = BigInt(1 + Math.floor(roll(world.chance) * 9));
  const isWhole = order.assetClass === 'us_equity' && (order.quantity ?? 0n) % UNIT === 0n;
  const part = roundDownTo((left * tenths) / 10n, isWhole ? UNIT : 1n);
  return part > 0n ? (part as Quantity) : left;
}
