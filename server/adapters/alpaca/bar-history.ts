/** Bars of the past: what a symbol that begins needs, and everything since the last one of a symbol that goes on. */
import type { Bar } from '#server/domain/bar.ts';
import { Buckets, midnightOf } from '#server/domain/bucket.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { assetClassOf, isCryptoSymbol } from '#server/domain/instrument.ts';
import { type Session, sessionWithin } from '#server/domain/session.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { type Need, reachMs, type WarmUp } from '#server/domain/warm-up.ts';
import type { Clock } from '#server/runtime/ports.ts';
import type { Answer } from './answer.ts';
import type { AlpacaClient } from './client.ts';
import { BarsPage, HistoryBar } from './market-schema.ts';
import type { StockFeed } from './origins.ts';
import type { Reader } from './schema.ts';

export interface HistoryOptions {
  readonly client: AlpacaClient;
  readonly clock: Clock;
  readonly reader: Reader;
  readonly market: 'stocks' | 'crypto';
  readonly stockFeed: StockFeed;
  /** For a symbol of which nothing is known yet. */
  readonly warmUp: (symbol: AssetSymbol) => WarmUp;
  /** Of the broker's calendar: longer bars of stocks are made of sessions alone. */
  readonly sessions: () => readonly Session[];
}

export interface LongerBar {
  /** As Alpaca spells it. */
  readonly timeframe: string;
  readonly bar: Bar;
}

export interface History {
  readonly longer: readonly LongerBar[];
  readonly bars: readonly Bar[];
}

interface Query {
  readonly timeframe: string;
  readonly symbols: readonly AssetSymbol[];
  readonly start: Date;
  readonly end: Date;
  readonly sort: 'asc' | 'desc';
  readonly limit: number;
}

/** What was missed longer ago than this is not looked for. */
const HORIZON_MS = 35 * DAY_MS;
/** A day of stocks has more hours with bars than hours of the session. */
const BARS_PER_SESSION_BAR = 3;
const PAGE = 10_000;

function request({ client, market, stockFeed }: HistoryOptions, query: Query, pageToken: string | undefined): Promise<Answer> {
  const common = {
    ...query,
    symbols: query.symbols.join(','),
    ...(pageToken === undefined ? {} : { pageToken }),
  };
  return client.readData('ask', (alpaca) =>
    market === 'stocks'
      ? alpaca.marketData.stocks.stockBarsRaw({ ...common, feed: stockFeed, adjustment: 'split' })
      : alpaca.marketData.crypto.cryptoBarsRaw({ ...common, loc: 'us' }),
  );
}

async function fetchBars(options: HistoryOptions, query: Query): Promise<Bar[]> {
  const { reader, market } = options;
  const found: Bar[] = [];
  for (let pageToken: string | undefined; ; ) {
    const answer = await request(options, query, pageToken);
    if (answer.kind !== 'ok') throw new Error(`history of ${market}: ${answer.text}`);
    const page = reader.read('page of bars', BarsPage, answer.body);
    if (page === undefined) throw new Error(`history of ${market}: it can not be read`);
    for (const item of page.bars) {
      const bar = reader.read('bar', HistoryBar, item);
      if (bar !== undefined) found.push(bar);
    }
    pageToken = page.nextPageToken;
    if (pageToken === undefined || (query.sort === 'desc' && found.length >= query.limit)) return found;
  }
}

/** The longer bars that are closed, and when the one that is forming began. */
async function fetchLonger(options: HistoryOptions, symbol: AssetSymbol, { timeframe, bars }: Need) {
  const { clock, sessions } = options;
  const isCrypto = isCryptoSymbol(symbol);
  const buckets = new Buckets(midnightOf(assetClassOf(symbol)), timeframe.ms);
  const now = clock.now();
  buckets.seek(now);
  const formsSince = buckets.startsAt;
  const limit = isCrypto || timeframe.ms >= DAY_MS ? bars : bars * BARS_PER_SESSION_BAR;
  const [start, end] = [new Date(now - reachMs({ timeframe, bars }, isCrypto)), new Date(formsSince - 1)];
  const found = await fetchBars(options, { symbols: [symbol], timeframe: timeframe.name, start, end, sort: 'desc', limit });
  const closed = found.flatMap((bar) => {
    buckets.seek(bar.startsAt);
    const { startsAt, endsAt } = buckets;
    const isOutside = !isCrypto && sessionWithin(sessions(), startsAt, endsAt) === 'closed';
    return isOutside || endsAt > formsSince ? [] : [{ timeframe: timeframe.name, bar: { ...bar, startsAt, endsAt } }];
  });
  return { formsSince, bars: closed.slice(0, bars).reverse() };
}

/** The latest bars of a symbol that begins: they let its agents speak. */
async function fetchBeginning(options: HistoryOptions, symbol: AssetSymbol): Promise<History> {
  const { minutes, longer } = options.warmUp(symbol);
  const now = options.clock.now();
  const forming = await Promise.all(longer.map((need) => fetchLonger(options, symbol, need)));
  // Behind the longer bars that are closed come the minutes of the one that is forming, from its beginning on.
  const since = Math.min(now, ...forming.map(({ formsSince }) => formsSince));
  const limit = Math.max(minutes, Math.ceil((now - since) / MINUTE_MS));
  if (limit === 0) return { longer: [], bars: [] };
  const start = new Date(now - reachMs({ timeframe: MINUTE, bars: limit }, isCryptoSymbol(symbol)));
  const query = { symbols: [symbol], timeframe: MINUTE.name, start, end: lastClosed(now), sort: 'desc', limit } as const;
  const bars = await fetchBars(options, query);
  return { longer: forming.flatMap(({ bars: closed }) => closed), bars: bars.slice(0, limit) };
}

/** What was published since the last bar of symbols that go on. */
async function fetchMissed(options: HistoryOptions, symbols: readonly AssetSymbol[], since: Instant): Promise<readonly Bar[]> {
  const now = options.clock.now();
  const start = new Date(Math.max(since, now - HORIZON_MS));
  const end = lastClosed(now);
  if (start > end) return [];
  return await fetchBars(options, { symbols, timeframe: MINUTE.name, start, end, sort: 'asc', limit: PAGE });
}

/** The last bar that is closed began a minute ago; the one that is forming is not asked for. */
const lastClosed = (now: Instant): Date => new Date(now - MINUTE_MS);

/** Closed bars that are not known yet, in order of time. `knownUntil` is the end of the last known bar. */
export async function fetchHistory(
  options: HistoryOptions,
  symbols: readonly AssetSymbol[],
  knownUntil: (symbol: AssetSymbol) => Instant | undefined,
): Promise<History> {
  const now = options.clock.now();
  const beginning = symbols.filter((symbol) => knownUntil(symbol) === undefined);
  const going = symbols.filter((symbol) => knownUntil(symbol) !== undefined);
  const begun = await Promise.all(beginning.map((symbol) => fetchBeginning(options, symbol)));
  const found = begun.flatMap(({ bars }) => bars);
  if (going.length > 0) {
    const since = Math.min(...going.map((symbol) => knownUntil(symbol) ?? now)) as Instant;
    found.push(...(await fetchMissed(options, going, since)));
  }
  return {
    longer: begun.flatMap(({ longer }) => longer),
    bars: found
      .filter((bar) => bar.endsAt <= now && bar.startsAt >= (knownUntil(bar.symbol) ?? 0))
      .sort((a, b) => a.startsAt - b.startsAt || (a.symbol < b.symbol ? -1 : 1)),
  };
}
