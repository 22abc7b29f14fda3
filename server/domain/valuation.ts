/** What the books are worth. Exact, in money; the engine's per-bar screen uses numbers and asks here when it matters. */
import type { Books, Market } from './books.ts';
import { absolute, type Money, notional, type Price, priceFromNumber, ZERO_MONEY } from './money.ts';
import { unfilled } from './order.ts';
import { averageEntryPrice } from './position.ts';

/** The newest close; without one what the position cost, so that equity is defined from the first statement on. */
export function markOf(market: Market): Price | undefined {
  return Number.isNaN(market.lastPrice) ? averageEntryPrice(market.position) : priceFromNumber(market.lastPrice);
}

/** Signed: a short position is worth less than nothing. */
export function marketValueOf(market: Market): Money {
  if (market.position.quantity === 0n) return ZERO_MONEY;
  const mark = markOf(market);
  return mark === undefined ? ZERO_MONEY : notional(mark, market.position.quantity);
}

export const unrealisedOf = (market: Market): Money => (marketValueOf(market) - market.position.cost) as Money;

/** Cash plus the market value of all positions. */
export function equityOf(books: Books): Money {
  let equity: bigint = books.cash;
  for (const market of books.markets.values()) equity += marketValueOf(market);
  return equity as Money;
}

/** What an order that is not final can still add to the exposure, at the price it was expected to trade. */
export function reservedBy(market: Market): Money {
  let reserved = 0n;
  for (const order of market.openOrders) {
    if (order.purpose === 'open') reserved += notional(order.expectedPrice, unfilled(order));
  }
  return reserved as Money;
}

/** Absolute market values of all positions plus everything that open, unknown and cancelling orders can still add. */
export function grossExposureOf(books: Books): Money {
  let exposure = 0n;
  for (const market of books.markets.values()) exposure += absolute(marketValueOf(market)) + reservedBy(market);
  return exposure as Money;
}

/** Profit and loss since the day began; nothing before the first statement. */
export function dayProfitLossOf(books: Books): Money | undefined {
  return books.day === undefined ? undefined : ((equityOf(books) - books.day.equityAtStart) as Money);
}
