/**
 * An order's life, as we see it:
 *
 *   submitting ─► working ─► filled
 *       │  │        │  ▲
 *       │  │        ▼  │ cancel refused
 *       │  │     cancelling ─► cancelled ─► filled   (a fill may cross our cancel on the wire)
 *       │  └──► rejected | expired
 *       └─────► unknown    the request may have arrived: ask the broker, never send it again
 *
 * Fills are facts and always count; the status is what we last heard.
 */
import type { Fee } from './fees.ts';
import type { AssetSymbol, BrokerOrderId, DeploymentId, ExecutionId, OrderId, PortfolioId } from './ids.ts';
import type { Money, Price, Quantity } from './money.ts';
import type { OrderTerms } from './order-terms.ts';
import type { Instant } from './time.ts';

export type Side = 'buy' | 'sell';
export type TimeInForce = 'day' | 'gtc' | 'ioc';
/** An opening order makes the position larger; a reducing one only makes it smaller, and is never refused by risk. */
export type Purpose = 'open' | 'reduce';

const moves = {
  submitting: ['working', 'filled', 'rejected', 'cancelled', 'expired', 'unknown', 'cancelling'],
  unknown: ['working', 'filled', 'rejected', 'cancelled', 'expired', 'cancelling'],
  working: ['cancelling', 'filled', 'cancelled', 'expired', 'rejected', 'unknown'],
  cancelling: ['working', 'filled', 'cancelled', 'expired', 'rejected'],
  cancelled: ['filled'],
  expired: ['filled'],
  rejected: ['working', 'filled'],
  filled: [],
} as const satisfies Record<string, readonly string[]>;

export type OrderStatus = keyof typeof moves;

export const canMove = (from: OrderStatus, to: OrderStatus): boolean => (moves[from] as readonly string[]).includes(to);

/** Nothing more is expected of it; its exposure is released. */
export const isFinal = (status: OrderStatus): boolean =>
  status === 'filled' || status === 'cancelled' || status === 'expired' || status === 'rejected';

/** Which rule of a portfolio's exits an order serves. */
export type ExitRule = 'stopLoss' | 'takeProfit' | 'trailingStop' | 'breakEven' | 'timeStop';

interface OrderFacts {
  readonly id: OrderId;
  readonly symbol: AssetSymbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly timeInForce: TimeInForce;
  readonly purpose: Purpose;
  /** Nothing for entries, for exits that agents or the kill switch asked for, and for orders that are not ours. */
  readonly exit: ExitRule | undefined;
  /** The other order of a pair of which one is filled (OCO). */
  readonly sibling: OrderId | undefined;
  /** Whose decision it was; nothing for the kill switch's closing orders and for adopted orders. */
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
  /** Why it was given, in words. */
  readonly reason: string;
  readonly createdAt: Instant;
  /** What one unit was thought to cost when it was given: the exposure reserved is this times what is unfilled. */
  readonly expectedPrice: Price;
  status: OrderStatus;
  /** We asked for its end; one that comes without this is the broker's own idea. */
  withdrawn: boolean;
  brokerId: BrokerOrderId | undefined;
  filled: Quantity;
  /** Sum of price times quantity over the fills. */
  filledNotional: Money;
  executions: ExecutionId[];
  updatedAt: Instant;
  /** The broker's or our own words when it was refused. */
  refusal: string | undefined;
  /** How often in a row the broker, asked by name, did not know it. */
  notFound: number;
  /** When it was last asked for. */
  askedAt: Instant;
}

export type Order = OrderFacts & OrderTerms;

/** It waits at the broker to get us out; an exit that leaves at once does not protect. */
export const isProtective = ({ exit, type }: Pick<Order, 'exit' | 'type'>): boolean => exit !== undefined && type !== 'market';

/** One execution: the broker's word that shares or coins changed hands. */
export interface Fill {
  readonly executionId: ExecutionId;
  readonly order: OrderId;
  readonly symbol: AssetSymbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly at: Instant;
  /** What the broker kept of it, where the broker says so with the fill; else the plan's schedule tells. */
  readonly fee?: Fee;
}

export const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');
export const unfilled = (order: Pick<Order, 'quantity' | 'filled'>): Quantity => (order.quantity - order.filled) as Quantity;
