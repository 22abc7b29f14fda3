/** What can be asked of the exchange: Alpaca's trading and market-data requests as values, free of HTTP. */
import type { Instant } from '../domain/time.ts';
import type { ControlRequest } from './control.ts';
import type { DataQuery } from './market/requests.ts';

export type SortDirection = 'asc' | 'desc';

/** An order as a client words it: decimals are strings, everything but symbol and side may be missing. */
export interface OrderRequest {
  readonly symbol?: string;
  readonly qty?: string;
  readonly notional?: string;
  readonly side?: string;
  readonly type?: string;
  readonly timeInForce?: string;
  readonly limitPrice?: string;
  readonly stopPrice?: string;
  readonly trailPrice?: string;
  readonly trailPercent?: string;
  readonly extendedHours?: boolean;
  readonly clientOrderId?: string;
  readonly orderClass?: string;
  readonly positionIntent?: string;
  readonly takeProfit?: { readonly limitPrice?: string };
  readonly stopLoss?: { readonly stopPrice?: string; readonly limitPrice?: string };
}

export interface ReplaceRequest {
  readonly qty?: string;
  readonly limitPrice?: string;
  readonly stopPrice?: string;
  readonly trail?: string;
  readonly timeInForce?: string;
  readonly clientOrderId?: string;
}

export interface OrderFilter {
  readonly status: 'open' | 'closed' | 'all';
  readonly limit: number;
  readonly after?: Instant;
  readonly until?: Instant;
  readonly direction: SortDirection;
  readonly symbols?: readonly string[];
  readonly side?: string;
  readonly assetClasses?: readonly string[];
  readonly nested: boolean;
  readonly beforeOrderId?: string;
  readonly afterOrderId?: string;
}

export interface ActivityFilter {
  readonly types?: readonly string[];
  readonly category?: 'trade_activity' | 'non_trade_activity';
  /** New York's day, since 1970-01-01. */
  readonly day?: number;
  readonly after?: Instant;
  readonly until?: Instant;
  readonly direction: SortDirection;
  readonly pageSize: number;
  readonly pageToken?: string;
  readonly orderId?: string;
}

export interface HistoryQuery {
  readonly period?: string;
  readonly timeframe?: string;
  readonly start?: Instant;
  readonly end?: Instant;
  readonly reporting: 'market_hours' | 'extended_hours' | 'continuous';
  readonly profitReset: 'per_day' | 'no_reset';
  readonly cashflowTypes?: readonly string[];
}

export type WatchlistKey = { readonly id: string } | { readonly name: string };

export interface WatchlistContent {
  readonly name?: string;
  readonly symbols?: readonly string[];
}

export type ConfigurationPatch = Readonly<Record<string, unknown>>;

export type WatchlistChange =
  | { readonly kind: 'createWatchlist'; readonly content: WatchlistContent }
  | { readonly kind: 'updateWatchlist'; readonly key: WatchlistKey; readonly content: WatchlistContent }
  | { readonly kind: 'addToWatchlist'; readonly key: WatchlistKey; readonly symbol?: string }
  | { readonly kind: 'removeFromWatchlist'; readonly key: WatchlistKey; readonly symbol: string };

/** Requests that change something; only these need to be written down to repeat a run. */
export type ChangeRequest =
  | { readonly kind: 'submitOrder'; readonly order: OrderRequest }
  | { readonly kind: 'replaceOrder'; readonly id: string; readonly change: ReplaceRequest }
  | { readonly kind: 'cancelOrder'; readonly id: string }
  | { readonly kind: 'cancelAllOrders' }
  | { readonly kind: 'closePosition'; readonly symbol: string; readonly qty?: string; readonly percentage?: string }
  | { readonly kind: 'closeAllPositions'; readonly cancelOrders: boolean }
  | { readonly kind: 'patchConfigurations'; readonly patch: ConfigurationPatch }
  | WatchlistChange
  | { readonly kind: 'deleteWatchlist'; readonly key: WatchlistKey }
  /** Of the control side: trading in a symbol stops or goes on. */
  | { readonly kind: 'setHalt'; readonly symbol: string; readonly halted: boolean }
  | ControlRequest;

export type ReadRequest =
  | { readonly kind: 'getAccount' }
  | { readonly kind: 'getConfigurations' }
  | {
      readonly kind: 'listAssets';
      readonly assetClass?: string;
      readonly status?: string;
      readonly exchange?: string;
      readonly attributes?: readonly string[];
    }
  | { readonly kind: 'getAsset'; readonly symbol: string }
  | { readonly kind: 'getClock' }
  | { readonly kind: 'getPortfolioHistory'; readonly query: HistoryQuery }
  | { readonly kind: 'getCalendar'; readonly start?: string; readonly end?: string; readonly dateType?: 'trading' | 'settlement' }
  | { readonly kind: 'getMarketClocks'; readonly markets?: readonly string[]; readonly time?: string }
  | {
      readonly kind: 'getMarketCalendar';
      readonly market: string;
      readonly start?: string;
      readonly end?: string;
      readonly timezone?: string;
    }
  | { readonly kind: 'listWatchlists' }
  | { readonly kind: 'getWatchlist'; readonly key: WatchlistKey }
  | { readonly kind: 'listOrders'; readonly filter: OrderFilter }
  | { readonly kind: 'getOrder'; readonly id: string; readonly nested: boolean }
  | { readonly kind: 'getOrderByClientId'; readonly clientOrderId: string }
  | { readonly kind: 'listPositions' }
  | { readonly kind: 'getPosition'; readonly symbol: string }
  | { readonly kind: 'listActivities'; readonly filter: ActivityFilter }
  | { readonly kind: 'getData'; readonly query: DataQuery };

export type ExchangeRequest = ChangeRequest | ReadRequest;

const CHANGES: ReadonlySet<ExchangeRequest['kind']> = new Set([
  'submitOrder',
  'replaceOrder',
  'cancelOrder',
  'cancelAllOrders',
  'closePosition',
  'closeAllPositions',
  'patchConfigurations',
  'createWatchlist',
  'updateWatchlist',
  'addToWatchlist',
  'removeFromWatchlist',
  'deleteWatchlist',
  'setHalt',
  'setCash',
  'injectPrice',
  'fillOrder',
  'rejectOrder',
  'refuseChange',
  'bustExecution',
  'correctExecution',
  'transferPosition',
  'restrict',
  'changeAsset',
]);

export const isChange = (request: ExchangeRequest): request is ChangeRequest => CHANGES.has(request.kind);

/** The answer: an HTTP status, and the body in Alpaca's words (nothing for 204). */
export interface Reply {
  readonly status: number;
  /** Renders the body; call it before the next request or advance, for the state behind it moves on. */
  json(): unknown;
}
