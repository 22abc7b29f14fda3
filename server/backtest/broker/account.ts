/** The broker's own books: cash and positions, exactly, and beside them as the numbers that a bar costs. */
import type { Fee } from '#server/domain/fees.ts';
import {
  absolute,
  formatFixed,
  type Money,
  notional,
  type Price,
  priceFromNumber,
  type Quantity,
  toNumber,
  UNIT,
} from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import { applyFill, flat, type Position } from '#server/domain/position.ts';
import type { Lane } from '../lane.ts';
import { inDollars } from './commission.ts';

interface Change {
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
}

export class Account {
  cash: Money;
  /** The same as a number. */
  cashNumber: number;
  readonly positions: readonly Position[];
  /** Signed quantities as numbers, by slot. */
  readonly held: Float64Array;
  readonly #lanes: readonly Lane[];
  readonly #leverage: number;

  constructor(lanes: readonly Lane[], cash: Money, leverage: number) {
    this.cash = cash;
    this.cashNumber = toNumber(cash);
    this.positions = lanes.map(({ symbol }) => flat(symbol));
    this.held = new Float64Array(lanes.length);
    this.#lanes = lanes;
    this.#leverage = leverage;
  }

  position(slot: number): Position {
    return this.positions[slot] as Position;
  }

  apply(slot: number, fill: Change, fee: Fee): void {
    const position = this.position(slot);
    this.cash = (this.cash + applyFill(position, fill, fee)) as Money;
    this.cashNumber = toNumber(this.cash);
    this.held[slot] = toNumber(position.quantity);
  }

  /** How much of a fill only closes. */
  closing(slot: number, side: Side, quantity: Quantity): Quantity {
    const held = this.position(slot).quantity;
    if (held === 0n || held > 0n === (side === 'buy')) return 0n as Quantity;
    const most = absolute(held);
    return (most < quantity ? most : quantity) as Quantity;
  }

  /** Why the account can not carry the fill, or nothing. What only closes is not asked. */
  objection(slot: number, fill: Change, fee: Fee): string | undefined {
    const { side, quantity, price } = fill;
    if (this.closing(slot, side, quantity) === quantity) return undefined;
    const value = notional(price, quantity);
    if (this.#leverage === 1) {
      if (side === 'sell') return undefined;
      const cost = value + fee.cash;
      return cost > this.cash ? `it costs $${formatFixed(cost)}, and there is $${formatFixed(this.cash)} in cash` : undefined;
    }
    const most = (this.equity(slot, price) * BigInt(Math.round(this.#leverage * 1e9))) / UNIT;
    const exposure = this.#exposureAfter(slot, fill) + inDollars(fee, price);
    return exposure > most
      ? `exposure would be $${formatFixed(exposure)}, and ${this.#leverage} times the equity is $${formatFixed(most)}`
      : undefined;
  }

  #mark(slot: number): Price | undefined {
    const { lastClose } = this.#lanes[slot] as Lane;
    return Number.isNaN(lastClose) ? undefined : priceFromNumber(lastClose);
  }

  /** Exactly: cash and positions at the newest closes; one of them at another price, when asked. */
  equity(at?: number, price?: Price): Money {
    let equity: bigint = this.cash;
    for (const [slot, { quantity }] of this.positions.entries()) {
      if (quantity === 0n) continue;
      const mark = slot === at ? price : this.#mark(slot);
      if (mark !== undefined) equity += notional(mark, quantity);
    }
    return equity as Money;
  }

  #exposureAfter(at: number, { side, quantity, price }: Change): bigint {
    let exposure = 0n;
    for (const [slot, position] of this.positions.entries()) {
      const change = side === 'buy' ? quantity : -quantity;
      const held = slot === at ? position.quantity + change : position.quantity;
      const mark = slot === at ? price : this.#mark(slot);
      if (held !== 0n && mark !== undefined) exposure += absolute(notional(mark, held as Quantity));
    }
    return exposure;
  }
}
