/** What a backtest says: curve, orders, fills, trades and decisions. Everything else (metrics, reports, files) is made of this. */
import type { Decision } from '#server/domain/decision.ts';
import type { AssetSymbol, OrderId, PortfolioId } from '#server/domain/ids.ts';
import type { Money, Price, Quantity } from '#server/domain/money.ts';
import type { ExitRule, Side } from '#server/domain/order.ts';
import type { Instant } from '#server/domain/time.ts';

/** The account at each instant at which a bar closed (one point an instant, after all bars that close then). */
export interface EquityCurve {
  readonly length: number;
  /** Milliseconds since the epoch: when the bars that end here began, as in the bar files. */
  readonly timestamp: Float64Array;
  readonly equity: Float64Array;
  readonly cash: Float64Array;
  /** Signed quantity held, one column a symbol, in the order of `symbols`. */
  readonly positions: readonly Float64Array[];
  readonly symbols: readonly AssetSymbol[];
}

export interface FillRow {
  readonly at: Instant;
  readonly symbol: AssetSymbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly commission: Money;
  readonly order: OrderId;
  /** "market", "limit", "stop", "stop_limit", "trailing_stop": what the order was. */
  readonly type: string;
  readonly portfolio: PortfolioId | undefined;
  readonly reason: string;
}

/** One lot from its entry to its exit: first in, first out. */
export interface TradeRow {
  readonly symbol: AssetSymbol;
  readonly direction: 'long' | 'short';
  readonly quantity: Quantity;
  readonly enteredAt: Instant;
  readonly exitedAt: Instant;
  /** Indices into the curve. */
  readonly entryBar: number;
  readonly exitBar: number;
  readonly entryPrice: Price;
  readonly exitPrice: Price;
  /** Of entry and exit together, in proportion to the lot. */
  readonly commission: Money;
  /** After commission. */
  readonly profit: Money;
  /** Largest loss and largest gain on the way, in dollars, from the bars' lows and highs between entry and exit; never above/below zero. */
  readonly maxAdverse: number;
  readonly maxFavourable: number;
  readonly portfolio: PortfolioId | undefined;
  /** The deployments whose votes opened it. */
  readonly deployments: readonly string[];
  readonly exitReason: string;
  /** The rule of the portfolio's exits that closed it; nothing when agents, a script or the end did. */
  readonly exitRule: ExitRule | undefined;
}

export interface OrderRow {
  readonly order: OrderId;
  readonly at: Instant;
  readonly symbol: AssetSymbol;
  readonly side: Side;
  readonly type: string;
  readonly quantity: Quantity;
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
  readonly timeInForce: string;
  readonly status: string;
  readonly filled: Quantity;
  readonly reason: string;
}

export interface DecisionRow extends Decision {
  readonly at: Instant;
}

export interface BacktestResult {
  readonly curve: EquityCurve;
  readonly finalEquity: Money;
  readonly finalCash: Money;
  readonly bars: number;
  readonly orders: readonly OrderRow[];
  readonly fills: readonly FillRow[];
  readonly trades: readonly TradeRow[];
  readonly decisions: readonly DecisionRow[];
  /** Things a reader must know: orders never filled, rejected for want of cash, bars left out. */
  readonly remarks: readonly string[];
}
