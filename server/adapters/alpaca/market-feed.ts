/** Bars of the plan's symbols: history first, then live, over one stream for stocks and one for crypto. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import { type Session, sessionAt } from '#server/domain/session.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import type { WarmUp } from '#server/domain/warm-up.ts';
import type { Log, MarketFeed, Tell } from '#server/runtime/ports.ts';
import { fetchHistory } from './bar-history.ts';
import { createBarLine } from './bar-line.ts';
import type { AlpacaClient } from './client.ts';
import type { MarketClock } from './clock.ts';
import { hearConditions } from './market-conditions.ts';
import { barOfStream, quoteOf, StreamBar } from './market-schema.ts';
import type { StockFeed } from './origins.ts';
import { createReader } from './schema.ts';
import type { CryptoStream, StockStream } from './sdk.ts';
import { watchSilence } from './silence.ts';
import { type Link, type StreamTiming, superviseStream } from './stream-supervisor.ts';

export interface MarketFeedOptions {
  readonly client: AlpacaClient;
  readonly tell: Tell;
  readonly clock: MarketClock;
  readonly log: Log;
  readonly symbols: readonly AssetSymbol[];
  /** Of the broker's calendar: outside of them no stock bar is missed. */
  readonly sessions: () => readonly Session[];
  readonly stockFeed?: StockFeed;
  /** Also the quotes of the symbols; none by default. */
  readonly quotes?: boolean;
  /** Of the past, for a symbol of which the books know nothing. */
  readonly warmUp: (symbol: AssetSymbol) => WarmUp;
  /** The end of the newest bar that the books hold; by default they hold none. */
  readonly lastBarEnd?: (symbol: AssetSymbol) => Instant | undefined;
  /** So long, in market time, may a stream say nothing while its market is open. */
  readonly staleAfterMs?: number;
  /** How often that silence is measured, by the wall. */
  readonly lookEveryMs?: number;
  readonly timing?: Partial<StreamTiming>;
  readonly random?: () => number;
}

const STALE_AFTER_MS = 5 * MINUTE_MS;

interface Line {
  start(): void;
  stop(): void;
  renew(reason: string): void;
}

export interface RenewableFeed extends MarketFeed {
  /** Ends the connections and makes others. */
  renew(reason: string): void;
}

export function createMarketFeed(options: MarketFeedOptions): RenewableFeed {
  const { client, symbols, sessions, clock, stockFeed = 'iex' } = options;
  const pairs = symbols.filter(isCryptoSymbol);
  const stocks = symbols.filter((symbol) => !isCryptoSymbol(symbol));
  const lines: Line[] = [];
  if (stocks.length > 0) {
    const isOpen = (): boolean => sessionAt(sessions(), clock.now()) !== undefined;
    lines.push(createLine(options, { market: 'stocks', symbols: stocks, open: () => client.openStocks(stockFeed), isOpen }));
  }
  if (pairs.length > 0) lines.push(createLine(options, { market: 'crypto', symbols: pairs, open: client.openCrypto, isOpen: () => true }));
  return {
    start: async () => {
      for (const line of lines) line.start();
    },
    stop: async () => {
      for (const line of lines) line.stop();
    },
    renew: (reason) => {
      for (const line of lines) line.renew(reason);
    },
  };
}

interface LineOptions {
  readonly market: 'stocks' | 'crypto';
  readonly symbols: readonly AssetSymbol[];
  readonly open: () => { stream: StockStream | CryptoStream; end(): void };
  readonly isOpen: () => boolean;
}

function createLine(options: MarketFeedOptions, { market, symbols, open, isOpen }: LineOptions): Line {
  const { client, tell, clock, log, stockFeed = 'iex', warmUp, sessions } = options;
  const reader = createReader(log);
  const wanted = new Set<string>(symbols);
  const line = createBarLine({
    tell,
    lastBarEnd: options.lastBarEnd ?? (() => undefined),
    fetchMissing: (knownUntil) => fetchHistory({ client, clock, reader, market, stockFeed, warmUp, sessions }, symbols, knownUntil),
  });
  const onBar = (raw: unknown, link: Link): void => {
    silence.heard();
    const bar = barOfStream(raw) ?? reader.read('live bar', StreamBar, raw);
    if (bar === undefined || !wanted.has(bar.symbol)) return;
    clock.observe(bar.endsAt);
    line.onBar(bar).catch((error: unknown) => link.fail(error instanceof Error ? error.message : String(error)));
  };
  const onQuote = (raw: unknown): void => {
    const quote = quoteOf(raw);
    if (quote !== undefined && wanted.has(quote.symbol)) tell({ kind: 'quote', quote });
  };
  const supervisor = superviseStream({
    feed: market,
    open,
    prepare: (stream, link) => {
      stream.onBar((raw) => link.guard(() => onBar(raw, link)));
      stream.subscribeForBars([...symbols]);
      if (market === 'stocks') hearConditions(stream, link, wanted, tell);
      if (options.quotes !== true) return;
      stream.onQuote((raw) => link.guard(() => onQuote(raw)));
      stream.subscribeForQuotes([...symbols]);
    },
    catchUp: line.catchUp,
    onLive: () => silence.heard(),
    tell,
    log,
    timing: options.timing,
    random: options.random,
  });
  const silence = watchSilence({
    staleAfterMs: options.staleAfterMs ?? STALE_AFTER_MS,
    ...(options.lookEveryMs === undefined ? {} : { lookEveryMs: options.lookEveryMs }),
    speed: clock.speed,
    isExpecting: () => supervisor.current() !== undefined && isOpen(),
    onStale: (quietMs) => supervisor.current()?.fail(`nothing came for ${Math.round(quietMs / 1_000)} s of market time`),
  });
  return {
    start: () => {
      supervisor.start();
      silence.start();
    },
    stop: () => {
      silence.stop();
      supervisor.stop();
    },
    renew: supervisor.renew,
  };
}
