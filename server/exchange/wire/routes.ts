/** Alpaca's paths: method, path, query and body become a request, or nothing when the path is not served. */
import { malformed } from '../refusal.ts';
import type { BarsQuery, ExchangeRequest, LatestQuery } from '../requests.ts';
import { isRecord } from './codec.ts';
import { readOrderBody, readReplaceBody } from './order-body.ts';
import { choice, count, csv, direction, flag, moment, present, text } from './query.ts';

export interface Call {
  readonly method: string;
  /** Decoded segments of the path. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
}

/** The segments of a path; an encoded slash stays inside its segment. */
export function splitPath(pathname: string): string[] {
  return pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
}

export function routeOf(call: Call): ExchangeRequest | undefined {
  const [version, area] = call.path;
  if (version === 'v1beta3' && area === 'crypto') return cryptoData(call);
  if (version !== 'v2' || area === undefined) return undefined;
  switch (area) {
    case 'account':
      return account(call);
    case 'orders':
    case 'orders:by_client_order_id':
      return orders(call);
    case 'positions':
      return positions(call);
    case 'assets':
      return assets(call);
    case 'clock':
      return call.method === 'GET' ? { kind: 'getClock' } : undefined;
    case 'calendar':
      return call.method === 'GET'
        ? { kind: 'getCalendar', ...present({ start: text(call.query, 'start'), end: text(call.query, 'end') }) }
        : undefined;
    case 'stocks':
      return stockData(call);
    default:
      return undefined;
  }
}

function account({ method, path, query, body }: Call): ExchangeRequest | undefined {
  switch (`${method} ${path.slice(2, 3).join('')}`) {
    case 'GET ':
      return { kind: 'getAccount' };
    case 'GET configurations':
      return { kind: 'getConfigurations' };
    case 'PATCH configurations':
      return { kind: 'patchConfigurations', patch: isRecord(body) ? body : malformed('request body format is invalid') };
    case 'GET activities':
      return activities(path, query);
    default:
      return undefined;
  }
}

function activities(path: readonly string[], query: URLSearchParams): ExchangeRequest {
  const only = path[3];
  const category = text(query, 'category');
  const types = only === undefined ? csv(query, 'activity_types') : [only];
  return {
    kind: 'listActivities',
    filter: {
      direction: direction(query, 'direction', 'desc'),
      pageSize: count(query, 'page_size', 100, 100),
      ...present({
        types: category === 'non_trade_activity' ? ['NTA'] : types,
        after: moment(query, 'after') ?? moment(query, 'date'),
        until: moment(query, 'until'),
        pageToken: text(query, 'page_token'),
        orderId: text(query, 'order_id'),
      }),
    },
  };
}

function orders({ method, path, query, body }: Call): ExchangeRequest | undefined {
  const [, area, id] = path;
  if (area === 'orders:by_client_order_id') {
    const clientOrderId = text(query, 'client_order_id') ?? malformed('client_order_id is required');
    return method === 'GET' ? { kind: 'getOrderByClientId', clientOrderId } : undefined;
  }
  switch (`${method}${id === undefined ? '' : ' one'}`) {
    case 'GET':
      return listOrders(query);
    case 'POST':
      return { kind: 'submitOrder', order: readOrderBody(body) };
    case 'DELETE':
      return { kind: 'cancelAllOrders' };
    case 'GET one':
      return { kind: 'getOrder', id: id ?? '', nested: flag(query, 'nested') };
    case 'PATCH one':
      return { kind: 'replaceOrder', id: id ?? '', change: readReplaceBody(body) };
    case 'DELETE one':
      return { kind: 'cancelOrder', id: id ?? '' };
    default:
      return undefined;
  }
}

function listOrders(query: URLSearchParams): ExchangeRequest {
  return {
    kind: 'listOrders',
    filter: {
      status: choice(query, 'status', ['open', 'closed', 'all'], 'open'),
      limit: count(query, 'limit', 50, 500),
      direction: direction(query, 'direction', 'desc'),
      nested: flag(query, 'nested'),
      ...present({
        after: moment(query, 'after'),
        until: moment(query, 'until'),
        symbols: csv(query, 'symbols'),
        side: text(query, 'side'),
        assetClasses: csv(query, 'asset_class'),
        beforeOrderId: text(query, 'before_order_id'),
        afterOrderId: text(query, 'after_order_id'),
      }),
    },
  };
}

function positions({ method, path, query }: Call): ExchangeRequest | undefined {
  const name = path.slice(2).join('/');
  if (method === 'GET') return name === '' ? { kind: 'listPositions' } : { kind: 'getPosition', symbol: name };
  if (method !== 'DELETE') return undefined;
  if (name === '') return { kind: 'closeAllPositions', cancelOrders: flag(query, 'cancel_orders') };
  return { kind: 'closePosition', symbol: name, ...present({ qty: text(query, 'qty'), percentage: text(query, 'percentage') }) };
}

function assets({ method, path, query }: Call): ExchangeRequest | undefined {
  const name = path.slice(2).join('/');
  if (method !== 'GET') return undefined;
  if (name !== '') return { kind: 'getAsset', symbol: name };
  const filter = { assetClass: text(query, 'asset_class'), status: text(query, 'status'), exchange: text(query, 'exchange') };
  return { kind: 'listAssets', ...present(filter) };
}

const LATEST: readonly LatestQuery['what'][] = ['bars', 'quotes', 'trades'];

/** `/v2/stocks/bars`, `/v2/stocks/{symbol}/bars`, and the same for `latest`. */
function stockData({ method, path, query }: Call): ExchangeRequest | undefined {
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
function cryptoData({ method, path, query }: Call): ExchangeRequest | undefined {
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
