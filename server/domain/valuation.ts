/** What the books are worth. Exact, in money; the engine's per-bar screen uses numbers and asks here when it matters. */
import type { Books, Market } from './books.ts';
import { valueLeft } from './external-orders.ts';
import type { AssetSymbol } from './ids.ts';
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

/** What open orders that are not ours can still add to the exposure of a symbol; nothing where that can not be told. */
export function reservedByOthers(books: Books, symbol: AssetSymbol): Money | undefined {
  const market = books.markets.get(symbol);
  const held = market === undefined ? ZERO_MONEY : marketValueOf(market);
  // What closes a position first adds only what goes beyond it.
  let [longer, shorter]: [bigint, bigint] = held < 0n ? [held, 0n] : [0n, -held];
  for (const view of books.externalOrders.values()) {
    if (view.symbol !== symbol) continue;
    const left = valueLeft(view, market && markOf(market));
    if (left === undefined) return undefined;
    if (view.side === 'buy') longer += left;
    else shorter += left;
  }
  const more = longer > shorter ? longer : shorter;
  return (more > 0n ? more : 0n) as Money;
}

/** The symbols of those orders. */
export const tradedByOthers = ({ externalOrders }: Books): ReadonlySet<AssetSymbol> =>
  new Set([...externalOrders.values()].map(({ symbol }) => symbol));

/** What orders that are not ours can still add, as far as it is known. */
export function exposureOfOthers(books: Books): bigint {
  let exposure = 0n;
  if (books.externalOrders.size > 0) for (const symbol of tradedByOthers(books)) exposure += reservedByOthers(books, symbol) ?? 0n;
  return exposure;
}

/** Absolute market values of all positions plus everything that open, unknown and cancelling orders can still add, as far as it is known. */
export function grossExposureOf(books: Books): Money {
  let exposure = exposureOfOthers(books);
  for (const market of books.markets.values()) exposure += absolute(marketValueOf(market)) + reservedBy(market);
  return exposure as Money;
}

/** Profit and loss since the day began; nothing before the first statement. */
export function dayProfitLossOf(books: Books): Money | undefined {
  return books.day === undefined ? undefined : ((equityOf(books) - books.day.equityAtStart) as Money);
}

/** The same of the week. */
export function weekProfitLossOf(books: Books): Money | undefined {
  const { week } = books.risk;
  return week === undefined ? undefined : ((equityOf(books) - week.equityAtStart) as Money);
}

/** Dollars below the highest equity of the last five to ten minutes; a number, as the equity of each bar is one. */
export const quickLossOf = ({ lossScreen, risk }: Books): number => Math.max(risk.high, risk.highBefore) - lossScreen.equity;

/** How far a unit is below its peak, in percent; nothing where there are no units. */
export function drawdownOf({ lossScreen, risk }: Books): number | undefined {
  const { units, peak } = risk;
  return units > 0 && peak > 0 ? 100 * (1 - lossScreen.equity / (units * peak)) : undefined;
}
