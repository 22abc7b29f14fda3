/** What can be asked of market data, as values: every parameter is read, none is free text but symbols and ids. */
import type { Instant } from '../../domain/time.ts';
import type { Adjustment } from '../adjusted-bars.ts';
import type { SortDirection } from '../requests.ts';

export type DataMarket = 'stocks' | 'crypto';

export type Feed = 'sip' | 'iex' | 'otc' | 'boats' | 'delayed_sip' | 'overnight';

/** A stretch of time, and which page of it. */
export interface Span {
  readonly start?: Instant;
  readonly end?: Instant;
  /** Points in one reply, over all symbols together. */
  readonly limit: number;
  readonly direction: SortDirection;
  readonly pageToken?: string;
}

export interface OfSymbols {
  readonly market: DataMarket;
  readonly symbols: readonly string[];
  /** The symbol was part of the path: the reply is not keyed by symbol. */
  readonly single: boolean;
  readonly feed?: Feed;
  /** Told back when it was asked for. */
  readonly currency?: 'USD';
}

/** The day on which a symbol is what is meant: a company that has changed its name is found by any of its names. */
export interface AsOf {
  /** New York's day; today when absent. "none" takes the symbol alone. */
  readonly asof?: number | 'none';
}

export interface BarsQuery extends Span, OfSymbols, AsOf {
  readonly what: 'bars';
  readonly timeframe: string;
  readonly adjustments: readonly Adjustment[];
}

export interface TicksQuery extends Span, OfSymbols, AsOf {
  readonly what: 'trades' | 'quotes';
}

export interface AuctionsQuery extends Span, OfSymbols, AsOf {
  readonly what: 'auctions';
}

export interface LatestQuery extends OfSymbols {
  readonly what: 'latest';
  readonly item: 'bars' | 'quotes' | 'trades' | 'orderbooks';
}

export interface SnapshotsQuery extends OfSymbols {
  readonly what: 'snapshots';
}

export interface NewsQuery extends Span {
  readonly what: 'news';
  readonly symbols?: readonly string[];
  readonly includeContent: boolean;
  readonly excludeContentless: boolean;
}

export interface CorporateActionsQuery {
  readonly what: 'corporateActions';
  readonly symbols?: readonly string[];
  readonly types?: readonly string[];
  readonly ids?: readonly string[];
  /** Asked for by a CUSIP or a region that nothing here has. */
  readonly isElsewhere: boolean;
  /** Dates, inclusive; today when absent. */
  readonly start?: string;
  readonly end?: string;
  readonly limit: number;
  readonly direction: SortDirection;
  readonly pageToken?: string;
}

export type SeriesQuery = BarsQuery | TicksQuery | AuctionsQuery;

export type DataQuery =
  | SeriesQuery
  | LatestQuery
  | SnapshotsQuery
  | NewsQuery
  | CorporateActionsQuery
  | { readonly what: 'conditions'; readonly ticks: 'trade' | 'quote'; readonly tape: 'A' | 'B' | 'C' }
  | { readonly what: 'exchanges' }
  | { readonly what: 'mostActives'; readonly by: 'volume' | 'trades'; readonly top: number }
  | { readonly what: 'movers'; readonly market: DataMarket; readonly top: number };
