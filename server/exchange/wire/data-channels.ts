/** What a market-data stream can be subscribed to, and which messages an event makes on which channel. */
import { rolled } from '../bar-history.ts';
import type { OutgoingEvent } from '../events.ts';
import { renderArticle } from '../market/news.ts';
import { bookAround, type Levels, levelChanges, renderBook } from '../market/order-levels.ts';
import { renderBar, renderQuote, renderTrade } from '../view/market-view.ts';
import { renderBand, renderCancelError, renderCorrection, renderImbalance, renderStatus } from '../view/notice-view.ts';
import type { Message } from './data-frames.ts';

export type StreamMarket = 'stocks' | 'crypto' | 'news';

const CHANNELS: Readonly<Record<StreamMarket, readonly string[]>> = {
  stocks: ['trades', 'quotes', 'bars', 'updatedBars', 'dailyBars', 'statuses', 'lulds', 'corrections', 'cancelErrors', 'imbalances'],
  crypto: ['trades', 'quotes', 'orderbooks', 'bars', 'updatedBars', 'dailyBars'],
  news: ['news'],
};

export const channelsOf = (market: StreamMarket): readonly string[] => CHANNELS[market];

const ALL_CHANNELS: ReadonlySet<string> = new Set(Object.values(CHANNELS).flat());

/** A channel of another feed: asking for it is a mistake of its own. */
export const isForeign = (market: StreamMarket, channel: string): boolean =>
  ALL_CHANNELS.has(channel) && !CHANNELS[market].includes(channel);

/** Corrections and cancels come with the trades; they are never asked for by name. */
export const MIRRORS_OF_TRADES: ReadonlySet<string> = new Set(['corrections', 'cancelErrors']);

/** The books that were told last, so that only changes need be told. */
export type Books = Map<string, Levels>;

/** The messages of an event on a market's streams. */
export function messagesOf(market: StreamMarket, event: OutgoingEvent, books: Books): readonly Message[] {
  if (market === 'news') return event.kind === 'news' ? [newsOf(event)] : [];
  if (market === 'crypto') return cryptoMessages(event, books);
  return stockMessages(event);
}

function newsOf({ article }: Extract<OutgoingEvent, { kind: 'news' }>): Message {
  return {
    channel: 'news',
    symbols: article.symbols.flatMap((symbol) => [symbol, symbol.replace('/', '')]),
    render: (time) => ({ T: 'n', ...renderArticle(article, time) }),
  };
}

function cryptoMessages(event: OutgoingEvent, books: Books): readonly Message[] {
  if (event.kind !== 'quote' || event.assetClass !== 'crypto') return commonMessage(event, 'crypto');
  const { symbol, at } = event.quote;
  const before = books.get(symbol);
  const after = bookAround(event.quote);
  books.set(symbol, after);
  const changes = before ? levelChanges(before, after) : after;
  const isFirst = before === undefined;
  if (!isFirst && changes.a.length === 0 && changes.b.length === 0) return commonMessage(event, 'crypto');
  const book: Message = {
    channel: 'orderbooks',
    symbols: [symbol],
    render: (time) => ({ T: 'o', S: symbol, ...renderBook(at, changes, time), ...(isFirst ? { r: true } : {}) }),
  };
  return [...commonMessage(event, 'crypto'), book];
}

/** Bars, quotes and trades, which all markets have. */
function commonMessage(event: OutgoingEvent, market: 'stocks' | 'crypto'): readonly Message[] {
  const assetClass = market === 'crypto' ? 'crypto' : 'us_equity';
  if (!('assetClass' in event) || event.assetClass !== assetClass) return [];
  switch (event.kind) {
    case 'bar': {
      const { bar } = event;
      return [one('bars', bar.symbol, (time) => ({ T: 'b', S: bar.symbol, ...renderBar(rolled(bar), time) }))];
    }
    case 'dailyBar':
    case 'updatedBar': {
      const [channel, T] = event.kind === 'dailyBar' ? ['dailyBars', 'd'] : ['updatedBars', 'u'];
      return [one(channel, event.symbol, (time) => ({ T, S: event.symbol, ...renderBar(event.bar, time) }))];
    }
    case 'quote': {
      const { quote } = event;
      return [one('quotes', quote.symbol, (time) => ({ T: 'q', S: quote.symbol, ...renderQuote(quote, market, time) }))];
    }
    case 'trade': {
      const { quote } = event;
      return [one('trades', quote.symbol, (time) => ({ T: 't', S: quote.symbol, ...renderTrade(quote, market, time) }))];
    }
    case 'status':
      return market === 'crypto' ? [] : [one('statuses', event.symbol, (time) => renderStatus(event, time))];
    default:
      return event satisfies never;
  }
}

function stockMessages(event: OutgoingEvent): readonly Message[] {
  switch (event.kind) {
    case 'band':
      return [one('lulds', event.symbol, (time) => renderBand(event, time))];
    case 'imbalance':
      return [one('imbalances', event.symbol, (time) => renderImbalance(event, time))];
    case 'correction':
      return [one('trades', event.symbol, (time) => renderCorrection(event, time))];
    case 'cancelError':
      return [one('trades', event.symbol, (time) => renderCancelError(event, time))];
    case 'tradeUpdate':
    case 'news':
      return [];
    default:
      return commonMessage(event, 'stocks');
  }
}

const one = (channel: string, symbol: string, render: Message['render']): Message => ({ channel, symbols: [symbol], render });

/** A whole book, for a client that has just subscribed. */
export const wholeBook = (symbol: string, at: Parameters<typeof renderBook>[0], levels: Levels): Message =>
  one('orderbooks', symbol, (time) => ({ T: 'o', S: symbol, ...renderBook(at, levels, time), r: true }));
