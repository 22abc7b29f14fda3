/**
 * Splits and dividends, applied when New York's day of their ex-date begins. Holdings and known prices are restated by a
 * split; a dividend is owed for what is held then and paid (by a short position: taken) on its payable date. Of the open
 * orders, those for a reverse split are canceled; a forward split restates prices and quantities; a cash dividend lowers
 * the prices of buy limits and sell stops, as FINRA's rule 5330 has it for orders that do not opt out.
 */

import { dateText } from '../domain/civil-day.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { priceStepAt } from '../domain/instrument.ts';
import { divideRounded, type Money, notional, type Price, type Quantity, roundDownTo, UNIT } from '../domain/money.ts';
import { post } from './fees-due.ts';
import { endOrder, tell } from './lifecycle.ts';
import { isActive } from './matching.ts';
import { isOpen, type Order, remainingQuantity } from './order.ts';
import { bookOf, openOrders, updateClaim } from './order-book.ts';
import { rebuildShelves } from './symbol-book.ts';
import { reserve } from './valuation.ts';
import { assetOf, type World } from './world.ts';

export type CorporateAction =
  | { readonly kind: 'split'; readonly symbol: AssetSymbol; readonly exDate: string; readonly newRate: number; readonly oldRate: number }
  | {
      readonly kind: 'cashDividend';
      readonly symbol: AssetSymbol;
      readonly exDate: string;
      /** Days from the ex-date to the payable date. */
      readonly payableAfterDays: number;
      /** Dollars for a share. */
      readonly rate: Money;
    };

/** A dividend that is owed. */
export interface DueDividend {
  readonly symbol: AssetSymbol;
  readonly payOnDay: number;
  readonly rate: Money;
  readonly quantity: Quantity;
}

/** Applies the actions of a beginning day, and pays what is due on it. */
export function applyCorporateActions(world: World, day: number): void {
  const date = dateText(world.sessions.recordedDay(day) ?? day);
  for (const action of world.tape.corporateActions) {
    if (action.exDate !== date || !world.tape.assets.get(action.symbol)) continue;
    if (action.kind === 'split') split(world, day, action);
    else goExDividend(world, day, action);
  }
  const due = world.dividendsDue.filter(({ payOnDay }) => payOnDay <= day);
  world.dividendsDue = world.dividendsDue.filter(({ payOnDay }) => payOnDay > day);
  for (const dividend of due) pay(world, day, dividend);
}

function pay(world: World, day: number, { symbol, rate, quantity }: DueDividend): void {
  const amount = notional(rate as bigint as Price, quantity);
  world.account.cash = (world.account.cash + amount) as Money;
  const what = quantity < 0n ? 'Cash DIV paid on a short position' : 'Cash DIV';
  post(world, {
    type: 'DIV',
    date: dateText(day),
    netAmount: amount,
    symbol,
    quantity,
    perShare: rate,
    description: `${what} @ ${symbol}`,
  });
}

function goExDividend(world: World, day: number, action: Extract<CorporateAction, { kind: 'cashDividend' }>): void {
  const { symbol, rate, payableAfterDays } = action;
  const held = world.positions.get(symbol);
  if (held) world.dividendsDue.push({ symbol, rate, quantity: held.quantity, payOnDay: day + payableAfterDays });
  if (!world.settings.dividendsLowerOrders) return;
  restate(world, symbol, (order) => {
    const isLowered = order.side === 'buy' ? order.type === 'limit' : order.type === 'stop' || order.type === 'stop_limit';
    if (!isLowered) return false;
    const lower = (price: Price | null): Price | null => price && tickDown(world, symbol, price - rate);
    order.limitPrice = lower(order.limitPrice);
    order.stopPrice = lower(order.stopPrice);
    return true;
  });
}

function split(world: World, day: number, { symbol, newRate, oldRate }: Extract<CorporateAction, { kind: 'split' }>): void {
  const [fresh, old] = [BigInt(newRate), BigInt(oldRate)];
  const byShares = (quantity: bigint): bigint => (quantity * fresh) / old;
  const byPrice = (price: bigint): Price => divideRounded(price * old, fresh) as Price;
  for (const prices of [world.lastDayPrices, world.closingPrices]) {
    const price = prices.get(symbol);
    if (price) prices.set(symbol, byPrice(price));
  }
  const quote = world.quotes.get(symbol);
  if (quote) world.quotes.set(symbol, { ...quote, bid: byPrice(quote.bid), ask: byPrice(quote.ask), last: byPrice(quote.last) });
  const position = world.positions.get(symbol);
  if (position) {
    const change = byShares(position.quantity) - position.quantity;
    position.quantity = (position.quantity + change) as Quantity;
    post(world, {
      type: 'SPLIT',
      date: dateText(day),
      netAmount: 0n as Money,
      symbol,
      quantity: change as Quantity,
      description: `${newRate}-for-${oldRate} split @ ${symbol}`,
    });
  }
  if (newRate < oldRate || world.settings.splitOrders === 'cancel') {
    for (const order of openOrders(world.orders, symbol)) if (isOpen(order)) endOrder(world, order, 'canceled');
    return;
  }
  restate(world, symbol, (order) => restateForSplit(world, order, byShares, byPrice));
}

function restateForSplit(world: World, order: Order, byShares: (quantity: bigint) => bigint, byPrice: (price: bigint) => Price): true {
  const onTick = (price: Price | null): Price | null => price && tickDown(world, order.symbol, byPrice(price));
  order.limitPrice = onTick(order.limitPrice);
  order.stopPrice = onTick(order.stopPrice);
  order.trailPrice = onTick(order.trailPrice);
  order.highWater = order.highWater && byPrice(order.highWater);
  order.reservePrice = byPrice(order.reservePrice);
  if (order.quantity !== null) {
    const isWhole = order.quantity % UNIT === 0n;
    const left = roundDownTo(byShares(remainingQuantity(order)), isWhole ? UNIT : 1n);
    order.quantity = (order.filledQuantity + left) as Quantity;
  }
  return true;
}

/** Changes open orders, cancels those that have no price left, and places all anew. */
function restate(world: World, symbol: AssetSymbol, change: (order: Order) => boolean): void {
  const changed = openOrders(world.orders, symbol).filter(change);
  rebuildShelves(bookOf(world.orders, symbol), isActive);
  for (const order of changed) {
    if (!isOpen(order)) continue;
    if ((order.limitPrice ?? 1n) <= 0n || (order.stopPrice ?? 1n) <= 0n) {
      endOrder(world, order, 'canceled');
      continue;
    }
    updateClaim(world.orders, order);
    if (order.reservePrice > 0n && order.quantity !== null) reserve(world, order, notional(order.reservePrice, remainingQuantity(order)));
    tell(world, 'restated', order);
  }
}

function tickDown(world: World, symbol: AssetSymbol, price: bigint): Price {
  return price <= 0n ? (0n as Price) : (roundDownTo(price, priceStepAt(assetOf(world, symbol).instrument, price as Price)) as Price);
}
