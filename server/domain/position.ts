/** A position is the sum of its fills; what the broker says is a statement, and is compared with it. */
import type { Fee } from './fees.ts';
import type { AssetSymbol } from './ids.ts';
import {
  absolute,
  divideRounded,
  type Money,
  notional,
  type Price,
  type Quantity,
  smaller,
  UNIT,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './money.ts';
import type { Side } from './order.ts';

export interface Position {
  readonly symbol: AssetSymbol;
  /** Negative when short. */
  quantity: Quantity;
  /** What the open quantity cost (negative: what a short brought in). */
  cost: Money;
  /** Profit and loss of what was closed, after fees. */
  realised: Money;
}

export const flat = (symbol: AssetSymbol): Position => ({ symbol, quantity: ZERO_QUANTITY, cost: ZERO_MONEY, realised: ZERO_MONEY });

/** Dollars per unit that the open quantity cost; nothing when flat. */
export function averageEntryPrice(position: Position): Price | undefined {
  if (position.quantity === 0n) return undefined;
  return divideRounded(absolute(position.cost) * UNIT, absolute(position.quantity)) as Price;
}

/**
 * Adds an execution to the position and returns the change of cash. A fill through zero closes the old side first.
 * Coins kept as a fee leave the position without leaving its cost; dollars kept as a fee reduce what was realised.
 */
export function applyFill(position: Position, fill: { side: Side; quantity: Quantity; price: Price }, fee: Fee): Money {
  const value = notional(fill.price, fill.quantity);
  const signed = fill.side === 'buy' ? fill.quantity : -fill.quantity;
  const closes = position.quantity !== 0n && position.quantity > 0n !== signed > 0n;
  const closing = closes ? smaller(absolute(position.quantity), fill.quantity) : 0n;
  let openingValue: bigint = value;
  if (closing > 0n) {
    const closingValue = closing === fill.quantity ? value : divideRounded(value * closing, fill.quantity);
    const cost =
      closing === absolute(position.quantity) ? position.cost : divideRounded(position.cost * closing, absolute(position.quantity));
    const proceeds = fill.side === 'sell' ? closingValue : -closingValue;
    position.realised = (position.realised + proceeds - cost) as Money;
    position.cost = (position.cost - cost) as Money;
    openingValue -= closingValue;
  }
  position.cost = (position.cost + (fill.side === 'buy' ? openingValue : -openingValue)) as Money;
  position.quantity = (position.quantity + signed - fee.quantity) as Quantity;
  position.realised = (position.realised - fee.cash) as Money;
  // A fee in coins that took all that was bought, or more, took its cost with it.
  if (position.quantity === 0n || position.cost > 0n !== position.quantity > 0n) {
    position.realised = (position.realised - position.cost) as Money;
    position.cost = ZERO_MONEY;
  }
  return ((fill.side === 'buy' ? -value : value) - fee.cash) as Money;
}

/**
 * What was bought or sold already cost, or brought in, so much more: in what is still held where that is of the same side, and in what was
 * realised otherwise. Returns the change of cash.
 */
export function reprice(position: Position, side: Side, change: Money, moreFee: Money): Money {
  const isHeld = side === 'buy' ? position.quantity > 0n : position.quantity < 0n;
  const paid = side === 'buy' ? change : -change;
  if (isHeld) position.cost = (position.cost + paid) as Money;
  else position.realised = (position.realised - paid) as Money;
  position.realised = (position.realised - moreFee) as Money;
  return (-paid - moreFee) as Money;
}
