/** An order as the exchange keeps it: one mutable record from submission to its end, and what its states mean. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { AssetClass } from '../domain/instrument.ts';
import type { Money, Price, Quantity } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';

export type OrderSide = 'buy' | 'sell';
export type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop';
export type TimeInForce = 'day' | 'gtc' | 'ioc' | 'fok' | 'opg' | 'cls';
export type OrderClass = 'simple' | 'bracket' | 'oco' | 'oto';
export type PositionIntent = 'buy_to_open' | 'buy_to_close' | 'sell_to_open' | 'sell_to_close';
export type OrderStatus =
  | 'pending_new'
  | 'accepted'
  | 'new'
  | 'partially_filled'
  | 'held'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'replaced'
  | 'rejected';

/** What an order is to its group: alone or the entry, or one of the two exits. */
export type OrderRole = 'entry' | 'takeProfit' | 'stopLoss';

export interface Order {
  /** Place in the order of submission, from zero. */
  readonly seq: number;
  readonly id: string;
  readonly clientOrderId: string;
  /** Whether the client chose that id, or the exchange did. */
  readonly namedByClient: boolean;
  readonly symbol: AssetSymbol;
  readonly assetId: string;
  readonly assetClass: AssetClass;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly role: OrderRole;
  readonly positionIntent: PositionIntent;
  readonly extendedHours: boolean;
  /** Absent when the order names dollars. */
  quantity: Quantity | null;
  readonly notional: Money | null;
  limitPrice: Price | null;
  stopPrice: Price | null;
  trailPrice: Price | null;
  /** Percent, in billionths. */
  readonly trailPercent: bigint | null;
  /** The best price since a trailing stop began to follow. */
  highWater: Price | null;
  /** The limit that the exchange itself puts on a market order (crypto) or a fired buy stop. */
  collarPrice: Price | null;
  /** A stop that has fired. */
  triggered: boolean;
  /** A stop-loss leg that watches the market although its status says held. */
  armed: boolean;
  status: OrderStatus;
  filledQuantity: Quantity;
  /** Σ price × quantity of the executions, in units of 10⁻¹⁸. */
  filledValue: bigint;
  /** Price at which the open remainder reserves buying power; zero for an order that only reduces. */
  reservePrice: Price;
  reserved: Money;
  /** What it claims of the position that it would reduce. */
  claimed: Quantity;
  parentId: string | null;
  legIds: readonly string[];
  readonly replaces: string | null;
  replacedBy: string | null;
  readonly createdAt: Instant;
  updatedAt: Instant;
  readonly submittedAt: Instant;
  expiresAt: Instant | null;
  filledAt: Instant | null;
  expiredAt: Instant | null;
  canceledAt: Instant | null;
  replacedAt: Instant | null;
  failedAt: Instant | null;
}

const FINAL: ReadonlySet<OrderStatus> = new Set(['filled', 'canceled', 'expired', 'replaced', 'rejected']);

/** True until the order can not trade any more. */
export const isOpen = (order: Pick<Order, 'status'>): boolean => !FINAL.has(order.status);

/** What is left to fill of an order that names a quantity. */
export const remainingQuantity = (order: Order): Quantity =>
  (order.quantity === null ? 0n : order.quantity - order.filledQuantity) as Quantity;

export const isStopType = (type: OrderType): boolean => type === 'stop' || type === 'stop_limit' || type === 'trailing_stop';

export const opposite = (side: OrderSide): OrderSide => (side === 'buy' ? 'sell' : 'buy');
