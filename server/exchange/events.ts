/** What the exchange says unasked: trade updates, bars, quotes and trades, in the order in which they happened. */
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import type { AssetClass } from '../domain/instrument.ts';
import type { Price, Quantity } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import type { RolledBar } from './bar-history.ts';
import type { Article } from './market/news.ts';
import type { Order } from './order.ts';
import type { Quote } from './quote.ts';
import type { TapeCorrection } from './tape-error.ts';

export type TradeUpdateName =
  | 'accepted'
  | 'pending_new'
  | 'new'
  | 'fill'
  | 'partial_fill'
  | 'canceled'
  | 'expired'
  | 'replaced'
  | 'rejected'
  | 'held'
  | 'restated'
  | 'trade_bust'
  | 'trade_correct'
  | 'order_replace_rejected'
  | 'order_cancel_rejected';

export interface Execution {
  readonly id: string;
  readonly price: Price;
  readonly quantity: Quantity;
  /** Signed position after this execution. */
  readonly positionQuantity: Quantity;
  /** Of a bust or a correction: what it is about. The quantity of a bust is negative. */
  readonly previousId?: string;
}

export interface TradeUpdate {
  readonly kind: 'tradeUpdate';
  readonly event: TradeUpdateName;
  readonly at: Instant;
  /** Sorts like time: a ULID. */
  readonly eventId: string;
  /** The order as it stood right after the event (a copy). */
  readonly order: Order;
  readonly execution?: Execution;
}

/** Trading in a symbol stops or goes on. */
export interface TradingStatus {
  readonly kind: 'status';
  readonly assetClass: AssetClass;
  readonly symbol: AssetSymbol;
  readonly at: Instant;
  readonly halted: boolean;
}

/** What is published beside bars, quotes and trades. */
export type MarketNotice =
  | { readonly kind: 'dailyBar' | 'updatedBar'; readonly assetClass: AssetClass; readonly symbol: AssetSymbol; readonly bar: RolledBar }
  | { readonly kind: 'band'; readonly symbol: AssetSymbol; readonly at: Instant; readonly up: number; readonly down: number }
  | { readonly kind: 'imbalance'; readonly symbol: AssetSymbol; readonly at: Instant; readonly price: number }
  | { readonly kind: 'news'; readonly article: Article }
  | TapeCorrection;

export type OutgoingEvent =
  | TradeUpdate
  | MarketNotice
  | TradingStatus
  | { readonly kind: 'bar'; readonly assetClass: AssetClass; readonly bar: Bar }
  | { readonly kind: 'quote'; readonly assetClass: AssetClass; readonly quote: Quote }
  | { readonly kind: 'trade'; readonly assetClass: AssetClass; readonly quote: Quote };
