/** The paths of market data. */
import { malformed } from '../refusal.ts';
import type { BarsQuery, ExchangeRequest, LatestQuery } from '../requests.ts';
import type { Call } from './call.ts';
import { csv, direction, moment, present, text } from './query.ts';

const LATEST: readonly LatestQuery['what'][] = ['bars', 'quotes', 'trades'];

/** `/v2/stocks/bars`, `/v2/stocks/{symbol}/bars`, and the same for `latest`. */
export function stockData({ method, path, query }: Call): ExchangeRequest | undefined {
  if (method !== 'GET') return undefined;
  const [, , first, second, third] = path;
  const isMulti = first === 'bars' || first === 'quotes' || first === 'trades';
  const what = isMulti ? first : second;
  const symbols = isMulti ? (csv(query, 'symbols') ?? []) : [first ?? ''];
  if ((isMulti ? second : third) === 'latest') return latest('stocks', what, symbols, !isMulti);
  const isWhole = isMulti ? second === undefined : third === undefined;
  return what === 'bars' && isWhole ? bars('stocks', symbols, !isMulti, query) : undefined;
}

/** `/v1beta3/crypto/us/bars` and `/v1beta3/crypto/us/latest/bars`. */
export function cryptoData({ method, path, query }: Call): ExchangeRequest | undefined {
  const [, , place, first, second] = path;
  if (method !== 'GET' || place === undefined) return undefined;
  const symbols = csv(query, 'symbols') ?? [];
  if (first === 'latest') return latest('crypto', second, symbols, false);
  return first === 'bars' && second === undefined ? bars('crypto', symbols, false, query) : undefined;
}

function latest(
  market: LatestQuery['market'],
  name: string | undefined,
  symbols: readonly string[],
  single: boolean,
): ExchangeRequest | undefined {
  const what = LATEST.find((item) => item === name);
  return what && { kind: 'getLatest', query: { market, what, symbols, single } };
}

function bars(market: BarsQuery['market'], symbols: readonly string[], single: boolean, query: URLSearchParams): ExchangeRequest {
  const timeframe = text(query, 'timeframe') ?? malformed('timeframe is required');
  const limit = Number(text(query, 'limit') ?? '1000');
  if (!Number.isInteger(limit) || limit < 1) malformed(`invalid limit: ${text(query, 'limit')}`);
  return {
    kind: 'getBars',
    query: {
      market,
      symbols,
      single,
      timeframe,
      limit,
      direction: direction(query, 'sort', 'asc'),
      ...present({ start: moment(query, 'start'), end: moment(query, 'end'), pageToken: text(query, 'page_token') }),
    },
  };
}
