/** Minute bars of the past: the latest few of a symbol that begins, and everything since the last one of a symbol that goes on. */
import type { Bar } from '#server/domain/bar.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';
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
  readonly warmUpBars: number;
}

interface Query {
  readonly symbols: readonly AssetSymbol[];
  readonly start: Date;
  readonly end: Date;
  readonly sort: 'asc' | 'desc';
  readonly limit: number;
}

/** Further back nothing is looked for: a long weekend fits in. */
const HORIZON_MS = 7 * DAY_MS;
const PAGE = 10_000;

function request({ client, market, stockFeed }: HistoryOptions, query: Query, pageToken: string | undefined): Promise<Answer> {
  const common = {
    ...query,
    symbols: query.symbols.join(','),
    timeframe: '1Min',
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

/** Closed bars that are not known yet, in order of time. `knownUntil` is the end of the last known bar. */
export async function fetchHistory(
  options: HistoryOptions,
  symbols: readonly AssetSymbol[],
  knownUntil: (symbol: AssetSymbol) => Instant | undefined,
): Promise<Bar[]> {
  const now = options.clock.now();
  // The last bar that is closed began a minute ago; the one that is forming is not asked for.
  const end = new Date(now - MINUTE_MS);
  const horizon = now - HORIZON_MS;
  const beginning = symbols.filter((symbol) => knownUntil(symbol) === undefined);
  const going = symbols.filter((symbol) => knownUntil(symbol) !== undefined);
  const found: Bar[] = [];
  if (options.warmUpBars > 0) {
    const start = new Date(horizon);
    const each = beginning.map((symbol) => fetchBars(options, { symbols: [symbol], start, end, sort: 'desc', limit: options.warmUpBars }));
    for (const bars of await Promise.all(each)) found.push(...bars.slice(0, options.warmUpBars));
  }
  const earliest = Math.max(horizon, Math.min(...going.map((symbol) => knownUntil(symbol) ?? now)));
  if (going.length > 0 && earliest <= end.getTime()) {
    const start = new Date(earliest);
    found.push(...(await fetchBars(options, { symbols: going, start, end, sort: 'asc', limit: PAGE })));
  }
  return found
    .filter((bar) => bar.endsAt <= now && bar.startsAt >= (knownUntil(bar.symbol) ?? 0))
    .sort((a, b) => a.startsAt - b.startsAt || (a.symbol < b.symbol ? -1 : 1));
}
