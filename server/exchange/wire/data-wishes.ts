/** What a client of a market-data stream wishes to hear: read from its messages, limited, and acknowledged. */
import { channelsOf, isForeign, MIRRORS_OF_TRADES, type StreamMarket } from './data-channels.ts';
import type { Subscriptions } from './data-frames.ts';

const PATTERNS: Readonly<Record<StreamMarket, RegExp>> = {
  stocks: /^(\*|[A-Z][A-Z0-9.]{0,11})$/,
  crypto: /^(\*|[A-Z0-9]+x?\/[A-Z0-9]+)$/,
  news: /^(\*|[A-Z][A-Z0-9./]{0,14})$/,
};

const isEmpty = (value: unknown): boolean => value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** The subscriptions after a message, or the code of the error in it; what was before stays as it is then. */
export function changedWishes(
  market: StreamMarket,
  current: Subscriptions,
  message: Record<string, unknown>,
  isMore: boolean,
): Subscriptions | 400 | 410 {
  if (Object.entries(message).some(([channel, value]) => isForeign(market, channel) && !isEmpty(value))) return 410;
  const next = new Map([...current].map(([channel, symbols]) => [channel, new Set(symbols)] as const));
  for (const channel of channelsOf(market)) {
    const named = message[channel];
    if (named === undefined || named === null || MIRRORS_OF_TRADES.has(channel)) continue;
    const isList = Array.isArray(named) && named.every((symbol) => typeof symbol === 'string' && PATTERNS[market].test(symbol));
    if (!isList) return 400;
    const symbols = next.get(channel) ?? new Set<string>();
    for (const symbol of named) {
      if (isMore) symbols.add(symbol);
      else symbols.delete(symbol);
    }
    next.set(channel, symbols);
  }
  return next;
}

/** Symbols on trades and quotes are counted together, each once; all of them are more than any limit. */
export function exceeds(subscriptions: Subscriptions, maxSymbols: number): boolean {
  if (maxSymbols === 0) return false;
  const named = new Set([...(subscriptions.get('trades') ?? []), ...(subscriptions.get('quotes') ?? [])]);
  return named.has('*') || named.size > maxSymbols;
}

export function renderWishes(market: StreamMarket, subscriptions: Subscriptions): Record<string, unknown> {
  const list = (channel: string): string[] => [...(subscriptions.get(MIRRORS_OF_TRADES.has(channel) ? 'trades' : channel) ?? [])];
  return { T: 'subscription', ...Object.fromEntries(channelsOf(market).map((channel) => [channel, list(channel)])) };
}
