/**
 * The whitelist: the only origins that this process may reach. The SDK's own addresses are looked up here, request by
 * request; what is not in the table is refused before a socket opens, and no reply can redirect elsewhere.
 */

/** What the SDK believes it talks to (it is always built for paper); a table says where that really is. */
const SDK_TRADING = 'https://paper-api.alpaca.markets';
const SDK_DATA = 'https://data.alpaca.markets';

export type StreamName = 'tradeUpdates' | 'stocks' | 'crypto';
export type StockFeed = 'iex' | 'sip';

export interface Origins {
  /** For messages to people: "http://127.0.0.1:4000" or "https://paper-api.alpaca.markets". */
  readonly trading: string;
  /** The same of market data. */
  readonly data: string;
  /** Where the request goes; throws an OriginError for anything that is not in the table. */
  resolve(url: string): string;
  streamUrl(stream: StreamName, feed?: StockFeed): string;
  /** Throws an OriginError unless the address of a stream is in the table. */
  checkStream(url: string): void;
}

/** What an address may hold that is not as it will be sent: dots that climb, and whatever is written in another way. */
const UNUSUAL = /\/\.|%2e|[^\w\-.~!$&()*+,;=:@/?%]/i;

/** An address that this process must not reach. */
export class OriginError extends Error {
  constructor(address: string, allowed: Iterable<string>) {
    super(`${address} is not an address that this mode may reach; allowed are ${[...allowed].join(', ')}`);
    this.name = 'OriginError';
  }
}

interface Table {
  readonly trading: string;
  readonly data: string;
  readonly tradingStream: string;
  readonly dataStream: string;
}

function originsOf({ trading, data, tradingStream, dataStream }: Table): Origins {
  const http = new Map([
    [SDK_TRADING, trading],
    [SDK_DATA, data],
  ]);
  const streams = new Set([tradingStream, dataStream]);
  const paths: Record<StreamName, (feed: StockFeed) => string> = {
    tradeUpdates: () => `${tradingStream}/stream`,
    stocks: (feed) => `${dataStream}/v2/${feed}`,
    crypto: () => `${dataStream}/v1beta3/crypto/us`,
  };
  return {
    trading,
    data,
    resolve: (url) => {
      // Nearly all are written as they are sent; taking one apart for that takes longer than the rest of a request's way here.
      for (const [from, to] of http) {
        if (url.startsWith(from) && url[from.length] === '/' && !UNUSUAL.test(url.slice(from.length))) return to + url.slice(from.length);
      }
      const { origin, pathname, search } = new URL(url);
      const target = http.get(origin);
      if (target === undefined) throw new OriginError(origin, http.values());
      return target + pathname + search;
    },
    streamUrl: (stream, feed = 'iex') => paths[stream](feed),
    checkStream: (url) => {
      const { origin } = new URL(url);
      if (!streams.has(origin)) throw new OriginError(origin, streams);
    },
  };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The built-in exchange, on this machine only. */
export function demoOrigins(exchangeUrl: string): Origins {
  const url = URL.canParse(exchangeUrl) ? new URL(exchangeUrl) : undefined;
  if (url?.protocol !== 'http:' || !LOOPBACK.test(url.hostname)) {
    throw new Error(`the demo's exchange is at ${exchangeUrl}; it must be an http address of this machine, as http://127.0.0.1:4000`);
  }
  const streams = url.origin.replace('http', 'ws');
  return originsOf({ trading: url.origin, data: url.origin, tradingStream: streams, dataStream: streams });
}

/** Alpaca's live accounts: real money. compose.ts alone asks for them, for the mode that needs an arming. */
const liveOrigins = (): Origins =>
  originsOf({
    trading: 'https://api.alpaca.markets',
    data: SDK_DATA,
    tradingStream: 'wss://api.alpaca.markets',
    dataStream: 'wss://stream.data.alpaca.markets',
  });

/** Alpaca's paper account, and its market data. */
export const paperOrigins = (): Origins =>
  originsOf({
    trading: SDK_TRADING,
    data: SDK_DATA,
    tradingStream: 'wss://paper-api.alpaca.markets',
    dataStream: 'wss://stream.data.alpaca.markets',
  });

/** Where the orders of a mode go: to Alpaca, or, in a rehearsal, to an exchange of this machine that stands in its place. */
export const brokerOrigins = (mode: 'paper' | 'live', rehearsedAt: string | undefined): Origins => {
  if (rehearsedAt !== undefined) return demoOrigins(rehearsedAt);
  return { paper: paperOrigins, live: liveOrigins }[mode]();
};
