/**
 * A spin-off: who holds the old company gets shares of the new one, and with them what they are worth of the cost. The
 * known prices of the old one fall by what a share lost, so that nobody is richer between midnight and the first trade.
 * Where the new company is not listed here, its worth is paid in cash.
 */

import { dateText } from '../domain/civil-day.ts';
import { type Money, notional, type Price, type Quantity } from '../domain/money.ts';
import type { SpinOff } from './corporate-action.ts';
import { post } from './fees-due.ts';
import { flatPosition, type Position } from './position.ts';
import { lowerOrders } from './restate.ts';
import type { World } from './world.ts';

export function spinOff(world: World, day: number, action: SpinOff): void {
  const { symbol, newRate, sourceRate, newPrice } = action;
  const lost = (newPrice * BigInt(newRate)) / BigInt(sourceRate);
  lowerPrices(world, action, lost);
  const position = world.positions.get(symbol);
  if (position) distribute(world, day, action, position);
  if (world.settings.dividendsLowerOrders) lowerOrders(world, symbol, lost);
}

function lowerPrices(world: World, { symbol }: SpinOff, lost: bigint): void {
  const lower = (price: Price): Price => (price > lost ? price - lost : price) as Price;
  for (const prices of [world.lastDayPrices, world.closingPrices]) {
    const price = prices.get(symbol);
    if (price) prices.set(symbol, lower(price));
  }
  const quote = world.quotes.get(symbol);
  if (quote) world.quotes.set(symbol, { ...quote, bid: lower(quote.bid), ask: lower(quote.ask), last: lower(quote.last) });
}

function distribute(world: World, day: number, { symbol, newSymbol, newRate, sourceRate, newPrice }: SpinOff, position: Position): void {
  const shares = ((position.quantity * BigInt(newRate)) / BigInt(sourceRate)) as Quantity;
  const worth = notional(newPrice, shares);
  const isListed = world.tape.assets.get(newSymbol) !== undefined;
  position.cost = (position.cost - worth) as Money;
  if (isListed && shares !== 0n) {
    const fresh = world.positions.get(newSymbol) ?? flatPosition(newSymbol);
    fresh.quantity = (fresh.quantity + shares) as Quantity;
    fresh.cost = (fresh.cost + worth) as Money;
    if (fresh.quantity === 0n) world.positions.delete(newSymbol);
    else world.positions.set(newSymbol, fresh);
    if (!world.lastDayPrices.has(newSymbol)) world.lastDayPrices.set(newSymbol, newPrice);
  } else world.account.cash = (world.account.cash + worth) as Money;
  post(world, {
    type: 'SPIN',
    date: dateText(day),
    netAmount: (isListed ? 0n : worth) as Money,
    symbol: isListed ? newSymbol : symbol,
    ...(isListed ? { quantity: shares } : {}),
    price: newPrice,
    description: `${newRate}-for-${sourceRate} spin-off of ${newSymbol} @ ${symbol}`,
  });
}
