/** What a market-data stream can be subscribed to, and which message belongs to which channel. */

import { rolled } from '../bar-history.ts';
import type { OutgoingEvent } from '../events.ts';
import { renderBar, renderQuote, renderStatus, renderTrade, type WriteTime } from '../view/market-view.ts';

const STOCK_CHANNELS = [
  'trades',
  'quotes',
  'bars',
  'updatedBars',
  'dailyBars',
  'statuses',
  'lulds',
  'corrections',
  'cancelErrors',
  'imbalances',
];
const CRYPTO_CHANNELS = ['trades', 'quotes', 'orderbooks', 'bars', 'updatedBars', 'dailyBars'];

export type DataMarket = 'stocks' | 'crypto';

export const channelsOf = (market: DataMarket): readonly string[] => (market === 'crypto' ? CRYPTO_CHANNELS : STOCK_CHANNELS);

export type Subscriptions = Map<string, Set<string>>;

export const wants = (subscriptions: Subscriptions, channel: string, symbol: string): boolean => {
  const symbols = subscriptions.get(channel);
  return symbols !== undefined && (symbols.has(symbol) || symbols.has('*'));
};

/** Corrections and cancels come with the trades; they are never asked for by name. */
const MIRRORS_OF_TRADES = new Set(['corrections', 'cancelErrors']);

export function renderSubscriptions(market: DataMarket, subscriptions: Subscriptions): Record<string, unknown> {
  const list = (channel: string): string[] => [...(subscriptions.get(MIRRORS_OF_TRADES.has(channel) ? 'trades' : channel) ?? [])];
  return { T: 'subscription', ...Object.fromEntries(channelsOf(market).map((channel) => [channel, list(channel)])) };
}

/** The message of an event for a subscriber, or nothing when it did not ask for it. */
export function messageOf(
  market: DataMarket,
  event: OutgoingEvent,
  subscriptions: Subscriptions,
  time: WriteTime,
): Record<string, unknown> | undefined {
  if (event.kind === 'tradeUpdate' || (event.assetClass === 'crypto') !== (market === 'crypto')) return undefined;
  switch (event.kind) {
    case 'bar':
      if (!wants(subscriptions, 'bars', event.bar.symbol)) return undefined;
      return { T: 'b', S: event.bar.symbol, ...renderBar(rolled(event.bar), time) };
    case 'quote':
      if (!wants(subscriptions, 'quotes', event.quote.symbol)) return undefined;
      return { T: 'q', S: event.quote.symbol, ...renderQuote(event.quote, market, time) };
    case 'trade':
      if (!wants(subscriptions, 'trades', event.quote.symbol)) return undefined;
      return { T: 't', S: event.quote.symbol, ...renderTrade(event.quote, market, time) };
    case 'status':
      if (!wants(subscriptions, 'statuses', event.symbol)) return undefined;
      return { T: 's', S: event.symbol, ...renderStatus(event, time) };
    default:
      return event satisfies never;
  }
}
