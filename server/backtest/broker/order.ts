/** An order at the bar broker, from the moment it was given to its end. */
import type { DeploymentId, OrderId, PortfolioId } from '#server/domain/ids.ts';
import { type Money, type Price, type Quantity, toNumber, ZERO_QUANTITY } from '#server/domain/money.ts';
import type { ExitRule, Side } from '#server/domain/order.ts';
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
  /** Which rule of the portfolio's exits it serves. */
  readonly exit?: ExitRule | undefined;
}

export interface Moment {
  readonly slot: number;
  /** Of the bar. */
  readonly startsAt: Instant;
  /** Bars that begin before this are not for the order. */
  readonly activeFrom: Instant;
  /** The bar in which the order is given and counts already; nothing for orders given at a close. */
  readonly entryBar: Instant | undefined;
  readonly price: number;
}

export class WorkingOrder implements OrderRequest {
  readonly id: OrderId;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Quantity | undefined;
  readonly notional: Money | undefined;
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
  readonly trail: Trail | undefined;
  readonly timeInForce: OrderRequest['timeInForce'];
  readonly group: string | undefined;
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
  readonly reason: string;
  readonly exit: ExitRule | undefined;
  readonly slot: number;
  /** The bar at whose close it was given, or in which. */
  readonly givenAt: Instant;
  readonly activeFrom: Instant;
  readonly entryBar: Instant | undefined;
  /** The price at that moment. */
  readonly entryReference: number;
  readonly limit: number;
  /** The newest bar that it may fill in. */
  activeBar: Instant | undefined = undefined;
  /** Bars that it still has to let pass. */
  waits: number;
  /** When its time in force ends; set by the first bar that is for it. */
  expiresAt: number = Number.NaN;
  filled: Quantity = ZERO_QUANTITY;
  /** What is still to be filled; nothing while a notional order has no price. */
  left: Quantity | undefined;
  stop: number;
  stopNow: Price | undefined;
  /** The best close (or high, or low) that the trailing stop has followed. */
  mark: number;
  /** The stop of a stop-limit was reached: it is a limit now. */
  triggered = false;
  /** And was before what is still to come of the bar, so it waits behind the stops as any limit does. */
  isLimitNow = false;
  end: OrderEnd | undefined = undefined;
  /** Why it ended, when it did not fill. */
  endReason = '';

  constructor(request: OrderRequest, moment: Moment, delayBars: number) {
    this.id = request.id;
    this.side = request.side;
    this.type = request.type;
    this.quantity = request.quantity;
    this.notional = request.notional;
    this.limitPrice = request.limitPrice;
    this.stopPrice = request.stopPrice;
    this.trail = request.trail;
    this.timeInForce = request.timeInForce;
    this.group = request.group;
    this.portfolio = request.portfolio;
    this.deployments = request.deployments;
    this.reason = request.reason;
    this.exit = request.exit;
    this.slot = moment.slot;
    this.givenAt = moment.startsAt;
    this.activeFrom = moment.activeFrom;
    this.entryBar = moment.entryBar;
    this.entryReference = moment.price;
    this.limit = request.limitPrice === undefined ? Number.NaN : toNumber(request.limitPrice);
    this.waits = delayBars;
    this.left = request.quantity;
    this.stop = request.stopPrice === undefined ? Number.NaN : toNumber(request.stopPrice);
    this.stopNow = request.stopPrice;
    this.mark = moment.price;
  }
}
