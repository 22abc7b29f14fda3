/** The broker's word about the account: compared with our books, never merged into them in silence. */
import type { AssetSymbol, BrokerOrderId, OrderId } from './ids.ts';
import type { Money, Price, Quantity } from './money.ts';
import type { Side } from './order.ts';
import type { Instant } from './time.ts';

/** What the broker says of one order, by the stream or when asked. */
export interface OrderView {
  /** The client order id; may be one that is not ours. */
  readonly id: OrderId;
  readonly brokerId: BrokerOrderId;
  readonly symbol: AssetSymbol;
  readonly side: Side;
  /** The broker's own word for the status, whatever it is: `broker-status.ts` reads it. */
  readonly brokerStatus: string;
  /** When the broker last changed it, by its own clock; nothing where it does not say. */
  readonly updatedAt: Instant | undefined;
  readonly quantity: Quantity;
  readonly filled: Quantity;
  readonly averageFillPrice: Price | undefined;
  readonly limitPrice?: Price | undefined;
  readonly stopPrice?: Price | undefined;
  /** It names dollars, or nothing that we can read: `quantity` is only what is filled of it. */
  readonly hasNoQuantity?: true | undefined;
  /** For how many dollars it is, where it says so. */
  readonly dollars?: Money | undefined;
  /** The order in whose place it stands, and the one that stands in its place. */
  readonly replaces?: BrokerOrderId | undefined;
  readonly replacedBy?: BrokerOrderId | undefined;
}

export interface PositionView {
  readonly symbol: AssetSymbol;
  readonly quantity: Quantity;
  readonly averageEntryPrice: Price;
}

export interface Statement {
  readonly account: string;
  readonly cash: Money;
  readonly equity: Money;
  readonly buyingPower: Money;
  readonly tradingBlocked: boolean;
  /** Somebody has suspended trading in the account's own settings (`suspend_trade`). */
  readonly suspended?: true;
  readonly positions: readonly PositionView[];
  readonly openOrders: readonly OrderView[];
  /** When the first of the requests behind it was sent: what we did after this need not be in it. */
  readonly asOf: Instant;
  /** Of the first one of a run: all executions up to this time, by the broker's clock, are in it, and none later. */
  readonly executedUntil?: Instant;
}
