/** The paths of market data: `/v2/stocks`, `/v1beta3/crypto`, `/v1beta1/news`, `/v1beta1/screener`, `/v1/corporate-actions`. */
import type { DataQuery, LatestQuery, OfSymbols } from '../market/requests.ts';
import { badQuery } from '../refusal.ts';
import type { Call } from './call.ts';
import {
  AUCTION_FEEDS,
  adjustments,
  asof,
  date,
  feed,
  HISTORICAL_FEEDS,
  LATEST_FEEDS,
  limited,
  span,
  wholeNumber,
  word,
} from './data-query.ts';
import { csv, flag, present, text } from './query.ts';

const DEFAULT_LIMIT = 1_000;
const SERIES = ['bars', 'trades', 'quotes', 'auctions'] as const;
const LATEST: readonly LatestQuery['item'][] = ['bars', 'trades', 'quotes', 'orderbooks'];
const CRYPTO_PLACES: ReadonlySet<string> = new Set(['us', 'us-1', 'us-2', 'eu-1', 'bs-1', 'global']);

type Series = (typeof SERIES)[number];
const seriesOf = (name: string | undefined): Series | undefined => SERIES.find((item) => item === name);

/** The query behind a path, or nothing when no market data is served there. */
export function dataQueryOf(call: Call): DataQuery | undefined {
  if (call.method !== 'GET') return undefined;
  switch (call.path.slice(0, 2).join('/')) {
    case 'v2/stocks':
      return stocks(call);
    case 'v1beta3/crypto':
      return crypto(call);
    case 'v1beta1/news':
      return call.path.length === 2 ? news(call.query) : undefined;
    case 'v1beta1/screener':
      return screener(call);
    case 'v1/corporate-actions':
    case 'v1beta1/corporate-actions':
      return call.path.length === 2 ? corporateActions(call.query) : undefined;
    default:
      return undefined;
  }
}

const symbolsIn = (query: URLSearchParams): string[] => csv(query, 'symbols') ?? [];

/** `/v2/stocks/bars`, `/v2/stocks/{symbol}/bars`, the same with `latest`, snapshots, and the meta paths. */
function stocks({ path, query }: Call): DataQuery | undefined {
  const [first, second, third] = path.slice(2);
  if (first === undefined) return undefined;
  if (first === 'meta') return meta(second, third, query);
  if (first === 'snapshots') return second === undefined ? snapshots(query, symbolsIn(query), false) : undefined;
  if (second === 'snapshot') return third === undefined ? snapshots(query, [first], true) : undefined;
  const isMulti = seriesOf(first) !== undefined;
  const what = seriesOf(isMulti ? first : second);
  const [tail, beyond] = isMulti ? [second, third] : [third, path[5]];
  const of: OfSymbols = { market: 'stocks', symbols: isMulti ? symbolsIn(query) : [first], single: !isMulti };
  if (what === undefined || beyond !== undefined) return undefined;
  if (tail === 'latest') return latest(what, of, query);
  return tail === undefined ? series(what, of, query) : undefined;
}

function meta(kind: string | undefined, ticks: string | undefined, query: URLSearchParams): DataQuery | undefined {
  if (kind === 'exchanges') return ticks === undefined ? { what: 'exchanges' } : undefined;
  if (kind !== 'conditions' || (ticks !== 'trade' && ticks !== 'quote')) return undefined;
  return { what: 'conditions', ticks, tape: word(query, 'tape', ['A', 'B', 'C']) ?? badQuery('tape is required') };
}

function snapshots(query: URLSearchParams, symbols: readonly string[], single: boolean): DataQuery {
  return { what: 'snapshots', market: 'stocks', symbols, single, ...feed(query, LATEST_FEEDS) };
}

/** `/v1beta3/crypto/us/bars`, `/v1beta3/crypto/us/latest/bars`, `/v1beta3/crypto/us/snapshots`. */
function crypto({ path, query }: Call): DataQuery | undefined {
  const [place, first, second, ...more] = path.slice(2);
  if (place === undefined || more.length > 0) return undefined;
  if (!CRYPTO_PLACES.has(place)) badQuery(`invalid location: ${place.slice(0, 40)}`);
  const of: OfSymbols = { market: 'crypto', symbols: symbolsIn(query), single: false };
  if (first === 'latest') {
    const item = LATEST.find((name) => name === second);
    return item && { what: 'latest', item, ...of };
  }
  if (second !== undefined) return undefined;
  if (first === 'snapshots') return { what: 'snapshots', ...of };
  const what = seriesOf(first);
  return what === undefined || what === 'auctions' ? undefined : series(what, of, query);
}

function latest(what: Series, of: OfSymbols, query: URLSearchParams): DataQuery | undefined {
  if (what === 'auctions') return undefined;
  return { what: 'latest', item: what, ...of, ...feed(query, LATEST_FEEDS) };
}

function series(what: Series, of: OfSymbols, query: URLSearchParams): DataQuery {
  const feeds = what === 'auctions' ? AUCTION_FEEDS : HISTORICAL_FEEDS;
  const ofStocks = of.market === 'stocks' ? { ...feed(query, feeds), ...asof(query) } : {};
  const common = { ...of, ...ofStocks, ...span(query, of.market, DEFAULT_LIMIT) };
  if (what !== 'bars') return { what, ...common };
  const timeframe = text(query, 'timeframe') ?? badQuery('timeframe is required');
  return { what, timeframe, adjustments: of.market === 'stocks' ? adjustments(query) : [], ...common };
}

function news(query: URLSearchParams): DataQuery {
  const { direction: _direction, ...common } = span(query, 'crypto', 10);
  return {
    what: 'news',
    ...common,
    direction: word(query, 'sort', ['asc', 'desc']) ?? 'desc',
    includeContent: flag(query, 'include_content'),
    excludeContentless: flag(query, 'exclude_contentless'),
    ...present({ symbols: csv(query, 'symbols') }),
  };
}

function screener({ path, query }: Call): DataQuery | undefined {
  const [market, list, ...more] = path.slice(2);
  if (more.length > 0 || (market !== 'stocks' && market !== 'crypto')) return undefined;
  if (list === 'movers') return { what: 'movers', market, top: limited(query, 'top', 10, 50) };
  if (list !== 'most-actives' || market !== 'stocks') return undefined;
  return { what: 'mostActives', by: word(query, 'by', ['volume', 'trades']) ?? 'volume', top: limited(query, 'top', 10, 100) };
}

function corporateActions(query: URLSearchParams): DataQuery {
  return {
    what: 'corporateActions',
    limit: wholeNumber(query, 'limit', 100),
    direction: word(query, 'sort', ['asc', 'desc']) ?? 'asc',
    // The tape knows no CUSIPs, and all its companies are of the United States.
    isElsewhere: word(query, 'region', ['us', 'non_us', 'all']) === 'non_us' || csv(query, 'cusips') !== undefined,
    ...present({
      symbols: csv(query, 'symbols'),
      types: csv(query, 'types'),
      ids: csv(query, 'ids'),
      start: date(query, 'start'),
      end: date(query, 'end'),
      pageToken: text(query, 'page_token'),
    }),
  };
}
