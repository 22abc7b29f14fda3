/**
 * Matching on quotes, as Alpaca's paper market does it. An order fills when it is marketable against the current quote:
 * buys at the ask, sells at the bid, whatever the size; no price improvement, no queue, no impact. A market order is
 * always marketable (crypto: within its collar); a limit buy when its limit is not below the ask; a stop becomes a
 * market or limit order once the trigger price has been reached. By seeded chance an execution takes only a part;
 * the rest waits for the next quote. Equities trade in their session, against quotes of that session; limit orders
 * marked for extended hours also in those. A quote older than the set age trades nothing, nor does a halted symbol.
 */
import { type Price, type Quantity, roundDownTo, UNIT } from '../domain/money.ts';
import { execute } from './fills.ts';
import { activate, endOrder, endSibling } from './lifecycle.ts';
import { isOpen, isStopType, type Order, remainingQuantity } from './order.ts';
import { updateClaim, watchMarket } from './order-book.ts';
import { buyStopCollar } from './order-price.ts';
import type { Quote } from './quote.ts';
import { roll } from './random.ts';
import { followTrail, stopReached, watchedPrice } from './stops.ts';
import { takeReached } from './symbol-book.ts';
import type { World } from './world.ts';

/** Shows a quote to the open orders of its symbol that it can move, oldest first. */
export function matchQuote(world: World, quote: Quote): void {
  const book = world.orders.books.get(quote.symbol);
  if (!book || book.open.size() === 0 || !isTradable(world, quote)) return;
  const isCrypto = quote.symbol.includes('/');
  const extendedOnly = !isCrypto && world.phase !== 'core';
  const stopPrices = { buy: watchedPrice(world, 'buy', quote), sell: watchedPrice(world, 'sell', quote) };
  for (const order of takeReached(book, { quote, stopPrices, extendedOnly })) {
    if (!isOpen(order)) continue;
    tryOrder(world, order, quote);
    watchMarket(world.orders, order);
  }
}

/** Lets a freshly active order meet the market and then watch it; an order that may not wait ends here. */
export function meetMarket(world: World, order: Order): void {
  const quote = world.quotes.get(order.symbol);
  if (quote && isActive(order) && isTradable(world, quote) && mayTradeNow(world, order)) tryOrder(world, order, quote);
  if (!isOpen(order)) return;
  const mayNotWait = order.timeInForce === 'ioc' || order.timeInForce === 'fok';
  if (mayNotWait) endOrder(world, order, 'canceled');
  else if (isActive(order)) watchMarket(world.orders, order);
}

/** Watches the market, or would if the market were open. */
export const isActive = (order: Order): boolean =>
  order.status === 'new' || order.status === 'partially_filled' || (order.status === 'held' && order.armed);

/** Whether the quote is fit to trade on: of this session, fresh enough, and of a symbol that is not halted. */
function isTradable(world: World, quote: Quote): boolean {
  if (world.now - quote.at > world.settings.maxQuoteAgeMs || world.halted.has(quote.symbol)) return false;
  if (quote.symbol.includes('/')) return true;
  return world.session === undefined ? world.phase !== 'closed' : quote.at >= world.session.opensAt;
}

/** Crypto always; equities while their session is open, or for extended hours orders in those. */
export function mayTradeNow(world: World, order: Pick<Order, 'assetClass' | 'extendedHours'>): boolean {
  if (order.assetClass === 'crypto' || world.phase === 'core') return true;
  if (!order.extendedHours || world.phase === 'closed') return false;
  return world.phase !== 'overnight' || !world.configurations.disable_overnight_trading;
}

function tryOrder(world: World, order: Order, quote: Quote): void {
  if (world.phase === 'overnight' && !mayTradeNow(world, order)) return;
  if (isStopType(order.type) && !order.triggered) {
    followTrail(world, order, quote);
    if (!stopReached(world, order, quote)) return;
    fireStop(world, order);
  }
  if (isMarketable(order, quote)) fillAt(world, order, order.side === 'buy' ? quote.ask : quote.bid);
}

function fireStop(world: World, order: Order): void {
  order.triggered = true;
  if (order.status === 'held') activate(world, order);
  if (order.role === 'stopLoss') {
    endSibling(world, order);
    updateClaim(world.orders, order);
  }
  const stop = order.stopPrice;
  if (order.side === 'buy' && order.limitPrice === null && stop !== null && world.settings.buyStopCollar) {
    order.collarPrice = buyStopCollar(stop);
  }
}

function isMarketable(order: Order, quote: Quote): boolean {
  const limit = order.limitPrice ?? order.collarPrice;
  if (limit === null) return true;
  return order.side === 'buy' ? limit >= quote.ask : limit <= quote.bid;
}

function fillAt(world: World, order: Order, price: Price): void {
  if (order.notional !== null && order.quantity === null) {
    const quantity = sharesFor(world, order, price);
    if (quantity > 0n) execute(world, order, price, quantity, true);
    return;
  }
  const left = remainingQuantity(order);
  const part = order.timeInForce === 'fok' ? left : takenPart(world, order, left);
  execute(world, order, price, part, part === left);
}

/** What the dollars of an order buy: in crypto at the collar, so that some two percent are not spent. */
function sharesFor(world: World, order: Order, price: Price): Quantity {
  const isCollared = order.collarPrice !== null && order.side === 'buy' && world.settings.cryptoNotionalAtCollar;
  const divisor: bigint = isCollared ? (order.collarPrice ?? price) : price;
  return (((order.notional ?? 0n) * UNIT) / divisor) as Quantity;
}

/** All that is left, or by chance a tenth to nine tenths of it; an order for whole shares fills in whole shares. */
function takenPart(world: World, order: Order, left: Quantity): Quantity {
  if (roll(world.chance) >= world.settings.partialFillChance) return left;
  const tenths = BigInt(1 + Math.floor(roll(world.chance) * 9));
  const isWhole = order.assetClass === 'us_equity' && (order.quantity ?? 0n) % UNIT === 0n;
  const part = roundDownTo((left * tenths) / 10n, isWhole ? UNIT : 1n);
  return part > 0n ? (part as Quantity) : left;
}
