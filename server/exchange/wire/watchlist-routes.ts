/** The paths of watchlists: by id in the path, or by name in the query. */
import { malformed } from '../refusal.ts';
import type { ExchangeRequest, WatchlistContent, WatchlistKey } from '../requests.ts';
import type { Call } from './call.ts';
import { isRecord } from './codec.ts';
import { present, text } from './query.ts';

export function watchlists(call: Call): ExchangeRequest | undefined {
  const { method, path, query, body } = call;
  const [, area, id, symbol] = path;
  if (area === 'watchlists:by_name') {
    const name = text(query, 'name') ?? malformed('name is required');
    return id === undefined ? one(call, { name }) : undefined;
  }
  if (id === undefined) {
    if (method === 'GET') return { kind: 'listWatchlists' };
    return method === 'POST' ? { kind: 'createWatchlist', content: readContent(body) } : undefined;
  }
  if (symbol === undefined) return one(call, { id });
  return method === 'DELETE' ? { kind: 'removeFromWatchlist', key: { id }, symbol: path.slice(3).join('/') } : undefined;
}

function one({ method, body }: Call, key: WatchlistKey): ExchangeRequest | undefined {
  switch (method) {
    case 'GET':
      return { kind: 'getWatchlist', key };
    case 'PUT':
      return { kind: 'updateWatchlist', key, content: readContent(body) };
    case 'POST':
      return { kind: 'addToWatchlist', key, ...present({ symbol: word(fields(body)['symbol'], 'symbol') }) };
    case 'DELETE':
      return { kind: 'deleteWatchlist', key };
    default:
      return undefined;
  }
}

const fields = (body: unknown): Record<string, unknown> => (isRecord(body) ? body : malformed('request body format is invalid'));

function word(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : malformed(`invalid ${name}: ${JSON.stringify(value).slice(0, 40)}`);
}

function readContent(body: unknown): WatchlistContent {
  const { name, symbols } = fields(body);
  if (symbols !== undefined && symbols !== null && !Array.isArray(symbols)) malformed('symbols must be a list');
  const named = Array.isArray(symbols) ? symbols.flatMap((symbol) => word(symbol, 'symbol') ?? []) : undefined;
  return present({ name: word(name, 'name'), symbols: named });
}
