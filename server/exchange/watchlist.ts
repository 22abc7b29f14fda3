/** Named lists of assets, found by id or by name. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Instant } from '../domain/time.ts';
import { malformed, notFound, unprocessable } from './refusal.ts';
import type { WatchlistContent, WatchlistKey } from './requests.ts';
import { nextId, type World } from './world.ts';

export interface Watchlist {
  readonly id: string;
  name: string;
  symbols: AssetSymbol[];
  readonly createdAt: Instant;
  updatedAt: Instant;
}

const LONGEST_NAME = 64;
const MOST_LISTS = 200;

const matches =
  (key: WatchlistKey) =>
  (list: Watchlist): boolean =>
    'id' in key ? list.id === key.id : list.name === key.name;

export function findWatchlist(world: World, key: WatchlistKey): Watchlist {
  return world.watchlists.find(matches(key)) ?? notFound(`watchlist not found for ${'id' in key ? key.id : key.name}`);
}

function readName(world: World, name: string | undefined, except?: Watchlist): string {
  if (name === undefined || name === '') return malformed('name is required');
  if (name.length > LONGEST_NAME) malformed(`name must be no more than ${LONGEST_NAME} characters`);
  if (world.watchlists.some((list) => list !== except && list.name === name)) unprocessable('watchlist name must be unique');
  return name;
}

function readSymbols(world: World, names: readonly string[]): AssetSymbol[] {
  const symbols = names.map((name) => readSymbol(world, name));
  return [...new Set(symbols)];
}

function readSymbol(world: World, name: string | undefined): AssetSymbol {
  if (name === undefined || name === '') return malformed('symbol is required');
  const asset = world.tape.assets.find(name) ?? unprocessable(`asset not found for ${name.slice(0, 64)}`);
  return asset.instrument.symbol;
}

export function createWatchlist(world: World, { name, symbols = [] }: WatchlistContent): Watchlist {
  const known = readName(world, name);
  const listed = readSymbols(world, symbols);
  if (world.watchlists.length >= MOST_LISTS) unprocessable(`no more than ${MOST_LISTS} watchlists are kept`);
  const list: Watchlist = { id: nextId(world), name: known, symbols: listed, createdAt: world.now, updatedAt: world.now };
  world.watchlists.push(list);
  return list;
}

/** A name or symbols that are not given stay as they are. */
export function updateWatchlist(world: World, key: WatchlistKey, { name, symbols }: WatchlistContent): Watchlist {
  const list = findWatchlist(world, key);
  const renamed = name === undefined ? list.name : readName(world, name, list);
  const listed = symbols === undefined ? list.symbols : readSymbols(world, symbols);
  Object.assign(list, { name: renamed, symbols: listed, updatedAt: world.now });
  return list;
}

export function addToWatchlist(world: World, key: WatchlistKey, name: string | undefined): Watchlist {
  const list = findWatchlist(world, key);
  const symbol = readSymbol(world, name);
  if (list.symbols.includes(symbol)) unprocessable(`duplicate symbol: ${symbol}`);
  list.symbols = [...list.symbols, symbol];
  list.updatedAt = world.now;
  return list;
}

export function removeFromWatchlist(world: World, key: WatchlistKey, name: string): Watchlist {
  const list = findWatchlist(world, key);
  const symbol = world.tape.assets.find(name)?.instrument.symbol;
  if (symbol === undefined || !list.symbols.includes(symbol)) notFound(`symbol not found in watchlist: ${name.slice(0, 64)}`);
  list.symbols = list.symbols.filter((other) => other !== symbol);
  list.updatedAt = world.now;
  return list;
}

export function deleteWatchlist(world: World, key: WatchlistKey): void {
  const list = findWatchlist(world, key);
  world.watchlists = world.watchlists.filter((other) => other !== list);
}
