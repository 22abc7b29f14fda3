/**
 * An order, in two layers. What we asked for is ours to know (`request.ts`): it was sent, taken, refused, or we do not know, and the
 * same for its cancel. What became of it is the broker's to say (`broker-status.ts`), in facts that only grow: executions, the
 * quantity filled, its newest word. The status that people see is computed from both (`order-status.ts`), and never kept against them:
 *
 *   submitting ─► working ─► cancelling ─► cancelled | expired | rejected | filled
 *       └──► unknown    the request may have arrived, or the broker contradicts itself: ask, never send it again
 */
import type { Fee } from './fees.ts';
import type { AssetSymbol, BrokerOrderId, DeploymentId, ExecutionId, OrderId, PortfolioId } from './ids.ts';
import type { Money, Price, Quantity } from './money.ts';
import type { OrderTerms } from './order-terms.ts';
import type { CancelRequest, RequestState } from './request.ts';
import type { Instant } from './time.ts';

export type Side = 'buy' | 'sell';
export type TimeInForce = 'day' | 'gtc' | 'ioc';
/** An opening order makes the position larger; a reducing one only makes it smaller, and is never refused by risk. */
export type Purpose = 'open' | 'reduce';

export type OrderStatus = 'submitting' | 'unknown' | 'working' | 'cancelling' | 'filled' | 'cancelled' | 'expired' | 'rejected';

/** Nothing more is expected of it; its exposure is released. */
export const isFinal = (status: OrderStatus): boolean =>
  status === 'filled' || status === 'cancelled' || status === 'expired' || status === 'rejected';

/** Which rule of a portfolio's exits an order serves. */
export type ExitRule = 'stopLoss' | 'takeProfit' | 'trailingStop' | 'breakEven' | 'timeStop';

interface OrderFacts {
  readonly id: OrderId;
  readonly symbol: AssetSymbol;
  readonly side: Side;
  /** Of one that stands in the place of another it is the broker who says what is left for it. */
  quantity: Quantity;
  readonly timeInForce: TimeInForce;
  readonly purpose: Purpose;
  /** Nothing for entries, for exits that agents or the kill switch asked for, and for orders that are not ours. */
  readonly exit: ExitRule | undefined;
  /** The other order of a pair of which one is filled (OCO). */
  sibling: OrderId | undefined;
  /** The order of ours in whose place it stands, and the one that was given to stand in its place: only one of the two is at work. */
  readonly replaces: OrderId | undefined;
  replacedBy: OrderId | undefined;
  /** Whose decision it was; nothing for the kill switch's closing orders and for adopted orders. */
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
  /** Why it was given, in words. */
  readonly reason: string;
  readonly createdAt: Instant;
  /** What one unit was thought to cost when it was given: the exposure reserved is this times what is unfilled. */
  readonly expectedPrice: Price;
  /** Computed of what follows, at each change. */
  status: OrderStatus;
  /** What became of our request to place it. */
  request: RequestState;
  /** Our request to cancel it; nothing while there was none. */
  cancel: CancelRequest | undefined;
  /** We asked for its end, or for that of its pair; an end that comes without this is the broker's own idea. */
  withdrawn: boolean;
  /** Since when its end is expected; nothing once the broker, asked, said that it lives on. */
  ending: Instant | undefined;
  brokerId: BrokerOrderId | undefined;
  /** The newest of what the broker said of it. */
  broker: BrokerWord | undefined;
  /** A word that can not follow the one before it: until the broker answered, both may be true. */
  contradiction: string | undefined;
  filled: Quantity;
  /** Sum of price times quantity over the fills. */
  filledNotional: Money;
  executions: Execution[];
  /** The broker's time of the latest correction of one: what it counted as filled before that counts no more. */
  recountedAt: Instant | undefined;
  updatedAt: Instant;
  /** The broker's or our own words when it was refused. */
  refusal: string | undefined;
  /** Since when the broker counts more of it as filled than the executions that we hold. */
  gapSince: Instant | undefined;
  /** The broker, asked by name, does not know it. */
  absence: Absence | undefined;
  /** When it was last asked for, and how often since the broker last said something new. */
  askedAt: Instant;
  asked: number;
  /** What was alerted of it: each thing once. */
  alarms: string[];
}

/** What the broker said last, joined: the newest word, and the most that it counted as filled. */
export interface BrokerWord {
  readonly status: string;
  /** By its own clock; nothing where it does not say. */
  readonly updatedAt: Instant | undefined;
  readonly filled: Quantity;
  readonly averageFillPrice: Price | undefined;
}

/** What of an execution must agree when it is told again. */
export interface Execution extends Pick<Fill, 'executionId' | 'quantity' | 'price'> {
  /** The names that it had before the broker corrected it; of one that was taken back the quantity is none. */
  readonly formerly?: readonly ExecutionId[];
}

/** By the name that it has, or had before it was corrected. */
export const executionNamed = ({ executions }: Pick<Order, 'executions'>, id: ExecutionId): Execution | undefined =>
  executions.find(({ executionId, formerly }) => executionId === id || formerly?.includes(id) === true);

export interface Absence {
  /** The first "not found" since the broker last said anything of it. */
  readonly since: Instant;
  /** How many of them that lie apart. */
  readonly answers: number;
  readonly latest: Instant;
  /** A statement asked for since then neither lists it nor shows its shares. */
  readonly isBorneOut: boolean;
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
