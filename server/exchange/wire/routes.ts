/** Alpaca's paths: method, path, query and body become a request, or nothing when the path is not served. */
import { malformed } from '../refusal.ts';
import type { ExchangeRequest } from '../requests.ts';
import type { Call } from './call.ts';
import { isRecord } from './codec.ts';
import { dataQueryOf } from './data-routes.ts';
import { readHistoryQuery } from './history-query.ts';
import { readOrderBody, readReplaceBody } from './order-body.ts';
import { choice, count, csv, day, direction, flag, moment, present, text } from './query.ts';
import { watchlists } from './watchlist-routes.ts';

/** The segments of a path; an encoded slash stays inside its segment, and an id is spelled as everywhere else. */
export function splitPath(pathname: string): string[] {
  return pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      try {
        return canonicalId(decodeURIComponent(segment));
      } catch {
        return segment;
      }
    });
}

const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;

/** Clients write ids with hyphens or without, in small letters or capitals. */
function canonicalId(segment: string): string {
  const groups = UUID.exec(segment);
  return groups ? groups.slice(1).join('-').toLowerCase() : segment;
}

export function routeOf(call: Call): ExchangeRequest | undefined {
  const [version, area] = call.path;
  const query = dataQueryOf(call);
  if (query) return { kind: 'getData', query };
  if (version === 'v3') return marketTime(call);
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
    case 'calendar':
      return time(call);
    case 'watchlists':
    case 'watchlists:by_name':
      return watchlists(call);
    default:
      return undefined;
  }
}

const span = (query: URLSearchParams) => present({ start: text(query, 'start'), end: text(query, 'end') });

function time({ method, path, query }: Call): ExchangeRequest | undefined {
  if (method !== 'GET' || path.length > 2) return undefined;
  if (path[1] === 'clock') return { kind: 'getClock' };
  return { kind: 'getCalendar', ...span(query), dateType: choice(query, 'date_type', DATE_TYPES, 'trading') };
}

/** `/v3/clock` and `/v3/calendar/{market}`. */
function marketTime({ method, path, query }: Call): ExchangeRequest | undefined {
  const [, area, market] = path;
  if (method !== 'GET' || path.length > 3) return undefined;
  if (area === 'clock' && market === undefined) {
    return { kind: 'getMarketClocks', ...present({ markets: csv(query, 'markets'), time: text(query, 'time') }) };
  }
  if (area !== 'calendar' || market === undefined) return undefined;
  return { kind: 'getMarketCalendar', market, ...span(query), ...present({ timezone: text(query, 'timezone') }) };
}

function account({ method, path, query, body }: Call): ExchangeRequest | undefined {
  switch (`${method} ${path.slice(2, 4).join('/')}`) {
    case 'GET ':
      return { kind: 'getAccount' };
    case 'GET configurations':
      return { kind: 'getConfigurations' };
    case 'PATCH configurations':
      return { kind: 'patchConfigurations', patch: isRecord(body) ? body : malformed('request body format is invalid') };
    case 'GET portfolio/history':
      return { kind: 'getPortfolioHistory', query: readHistoryQuery(query) };
    default:
      return method === 'GET' && path[2] === 'activities' && path.length < 5 ? activities(path, query) : undefined;
  }
}

function activities(path: readonly string[], query: URLSearchParams): ExchangeRequest {
  const only = path[3];
  const category = text(query, 'category');
  return {
    kind: 'listActivities',
    filter: {
      direction: direction(query, 'direction', 'desc'),
      pageSize: count(query, 'page_size', 100, 100),
      ...present({
        types: only === undefined ? csv(query, 'activity_types') : [only],
        category: category === undefined ? undefined : choice(query, 'category', CATEGORIES, 'trade_activity'),
        day: day(query, 'date'),
        after: moment(query, 'after'),
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
        side: query.get('side') ? choice(query, 'side', ORDER_SIDES, 'buy') : undefined,
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
  return { kind: 'listAssets', ...present({ ...filter, attributes: csv(query, 'attributes') }) };
}

const CATEGORIES = ['trade_activity', 'non_trade_activity'] as const;
const DATE_TYPES = ['trading', 'settlement'] as const;
const ORDER_SIDES = ['buy', 'sell'] as const;
