/** An order at the bar broker, from the moment it was given to its end. */
import type { DeploymentId, OrderId, PortfolioId } from '#server/domain/ids.ts';
import { type Money, type Price, type Quantity, toNumber, ZERO_QUANTITY } from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import type { Trail } from '#server/domain/order-terms.ts';
import type { Instant } from '#server/domain/time.ts';
import type { ScriptedOrder } from '../request.ts';

export type OrderType = ScriptedOrder['type'];
export type OrderEnd = 'filled' | 'cancelled' | 'expired' | 'rejected';

/** What is asked of the broker. */
export interface OrderRequest {
  readonly id: OrderId;
  readonly side: Side;
  readonly type: OrderType;
  /** One of both. */
  readonly quantity: Quantity | undefined;
  readonly notional: Money | undefined;
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
  readonly trail: Trail | undefined;
  readonly timeInForce: ScriptedOrder['timeInForce'];
  readonly group: string | undefined;
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
  readonly reason: string;
}

export interface WorkingOrder extends OrderRequest {
  readonly slot: number;
  /** The bar at whose close it was given, or in which. */
  readonly givenAt: Instant;
  /** Bars that begin before this are not for it. */
  readonly activeFrom: Instant;
  /** The bar in which it was given and counts already; nothing for orders given at a close. */
  readonly entryBar: Instant | undefined;
  /** The price at that moment. */
  readonly entryReference: number;
  /** The newest bar that it may fill in. */
  activeBar: Instant | undefined;
  /** Bars that it still has to let pass. */
  waits: number;
  /** When its time in force ends; set by the first bar that is for it. */
  expiresAt: number;
  filled: Quantity;
  /** What is still to be filled; nothing while a notional order has no price. */
  left: Quantity | undefined;
  readonly limit: number;
  stop: number;
  stopNow: Price | undefined;
  /** The best close (or high, or low) that the trailing stop has followed. */
  mark: number;
  /** The stop of a stop-limit was reached: it is a limit now. */
  triggered: boolean;
  end: OrderEnd | undefined;
  /** Why it ended, when it did not fill. */
  endReason: string;
}

export interface Moment {
  readonly slot: number;
  /** Of the bar. */
  readonly startsAt: Instant;
  readonly activeFrom: Instant;
  readonly entryBar: Instant | undefined;
  readonly price: number;
}

export function workingOrder(request: OrderRequest, moment: Moment, delayBars: number): WorkingOrder {
  return {
    ...request,
    slot: moment.slot,
    givenAt: moment.startsAt,
    activeFrom: moment.activeFrom,
    entryBar: moment.entryBar,
    entryReference: moment.price,
    activeBar: undefined,
    waits: delayBars,
    expiresAt: Number.NaN,
    filled: ZERO_QUANTITY,
    left: request.quantity,
    limit: request.limitPrice === undefined ? Number.NaN : toNumber(request.limitPrice),
    stop: request.stopPrice === undefined ? Number.NaN : toNumber(request.stopPrice),
    stopNow: request.stopPrice,
    mark: moment.price,
    triggered: false,
    end: undefined,
    endReason: '',
  };
}
