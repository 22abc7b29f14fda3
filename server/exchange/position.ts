/** A holding: signed quantity and what it cost, at the average price of its entries. */
import type { AssetSymbol } from '../domain/ids.ts';
import { absolute, divideRounded, type Money, notional, type Price, type Quantity, UNIT } from '../domain/money.ts';

export interface Position {
  readonly symbol: AssetSymbol;
  /** Negative for a short position. */
  quantity: Quantity;
  /** What the open quantity cost; negative for a short position. */
  cost: Money;
  /** Quantity and cost of what was opened since the day began: the base of the intraday profit. */
  quantityToday: Quantity;
  costToday: Money;
}

export const flatPosition = (symbol: AssetSymbol): Position => ({
  symbol,
  quantity: 0n as Quantity,
  cost: 0n as Money,
  quantityToday: 0n as Quantity,
  costToday: 0n as Money,
});

/** Adds a signed quantity at a price; what reduces takes its share of the cost with it. */
export function changePosition(position: Position, change: Quantity, price: Price): void {
  const before: bigint = position.quantity;
  const after = before + change;
  if (before === 0n || before > 0n === change > 0n) {
    position.cost = (position.cost + notional(price, change)) as Money;
    position.quantityToday = (position.quantityToday + change) as Quantity;
    position.costToday = (position.costToday + notional(price, change)) as Money;
  } else if (after === 0n || before > 0n === after > 0n) {
    position.cost = (position.cost - divideRounded(position.cost * absolute(change), absolute(before))) as Money;
    reduceToday(position, after);
  } else {
    position.cost = notional(price, after as Quantity);
    position.quantityToday = after as Quantity;
    position.costToday = position.cost;
  }
  position.quantity = after as Quantity;
}

/** Yesterday's holding leaves first, so no more than what is left can be of today. */
function reduceToday(position: Position, after: bigint): void {
  const today: bigint = position.quantityToday;
  if (absolute(today) <= absolute(after)) return;
  position.costToday = (today === 0n ? 0n : divideRounded(position.costToday * absolute(after), absolute(today))) as Money;
  position.quantityToday = after as Quantity;
}

/** Average price of the entries. */
export const averageEntry = (position: Position): Price =>
  (position.quantity === 0n ? 0n : divideRounded(absolute(position.cost) * UNIT, absolute(position.quantity))) as Price;
