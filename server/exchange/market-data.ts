/** Market-data requests: pages of bars over many symbols, and the latest bar, quote or trade of each. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Instant } from '../domain/time.ts';
import { lastBar, type RolledBar, readTimeframe, rolled, rolledBars } from './bar-history.ts';
import { newYorkDay, newYorkInstant } from './new-york.ts';
import { badQuery } from './refusal.ts';
import type { BarsQuery, LatestQuery } from './requests.ts';
import { renderBar, renderQuote, renderTrade } from './view/market-view.ts';
import type { World } from './world.ts';

const MAX_LIMIT = 10_000;
const CRYPTO_PAIR = /^[A-Z]+x?\/[A-Z]+$/;
const STOCK = /^[A-Z][A-Z0-9.]{0,11}$/;

interface PageToken {
  readonly symbol: string;
  readonly at: number;
}

export function getBars(world: World, query: BarsQuery): Record<string, unknown> {
  if (query.limit > MAX_LIMIT) badQuery(`invalid limit: larger than the allowed maximum of ${MAX_LIMIT}`);
  const symbols = checkedSymbols(query.market, query.symbols);
  const token = query.pageToken === undefined ? undefined : readToken(query.pageToken);
  const from = query.start ?? startOfDay(world);
  const to = query.end ?? world.now;
  if (from > to) badQuery('end should not be before start');
  const found: Record<string, Record<string, unknown>[]> = {};
  let left = query.limit;
  let next: string | null = null;
  for (const symbol of [...symbols].sort()) {
    if (token && symbol < token.symbol) continue;
    const resume = token?.symbol === symbol ? token.at : undefined;
    for (const bar of barsOf(world, query, symbol, from, to)) {
      const isBefore = query.direction === 'asc' ? bar.startsAt < (resume ?? from) : bar.startsAt > (resume ?? to);
      if (isBefore) continue;
      if (left === 0) {
        next = writeToken(symbol, query.timeframe, bar.startsAt);
        break;
      }
      left -= 1;
      const list = found[symbol];
      if (list) list.push(renderBar(bar));
      else found[symbol] = [renderBar(bar)];
    }
    if (next !== null) break;
  }
  if (!query.single) return { bars: found, next_page_token: next };
  const symbol = query.symbols[0] ?? '';
  return { bars: found[symbol] ?? null, symbol, next_page_token: next };
}

function barsOf(world: World, query: BarsQuery, name: string, from: Instant, to: Instant): Iterable<RolledBar> {
  const asset = world.tape.assets.get(name as AssetSymbol);
  const isListedHere = asset && (asset.instrument.assetClass === 'crypto') === (query.market === 'crypto');
  if (!isListedHere) return [];
  const { symbol } = asset.instrument;
  const bars = rolledBars(world, symbol, readTimeframe(world, query.timeframe, symbol), from, to);
  return query.direction === 'asc' ? bars : [...bars].reverse();
}

/** Alpaca's default start: the beginning of the current day. */
function startOfDay(world: World): Instant {
  return newYorkInstant(newYorkDay(world.now), 0);
}

function checkedSymbols(market: BarsQuery['market'], symbols: readonly string[]): readonly string[] {
  if (symbols.length === 0) badQuery('symbols is required');
  const pattern = market === 'crypto' ? CRYPTO_PAIR : STOCK;
  for (const symbol of symbols) {
    if (!pattern.test(symbol)) {
      badQuery(
        `invalid symbol: ${symbol.slice(0, 40)}${market === 'crypto' ? ` does not match ${CRYPTO_PAIR.source.replace('\\/', '/')}` : ''}`,
      );
    }
  }
  return [...new Set(symbols)];
}

const writeToken = (symbol: string, timeframe: string, at: number): string => btoa(`${symbol}|${timeframe}|${at}`);

function readToken(text: string): PageToken {
  let plain: string;
  try {
    plain = atob(text);
  } catch {
    return badQuery(`invalid page_token: ${text.slice(0, 40)}`);
  }
  const [symbol, , at] = plain.split('|');
  if (!symbol || !at || !Number.isInteger(Number(at))) return badQuery(`invalid page_token: ${text.slice(0, 40)}`);
  return { symbol, at: Number(at) };
}

export function getLatest(world: World, query: LatestQuery): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of checkedSymbols(query.market, query.symbols)) {
    const asset = world.tape.assets.get(name as AssetSymbol);
    if (!asset || (asset.instrument.assetClass === 'crypto') !== (query.market === 'crypto')) continue;
    const item = latestOf(world, query, asset.instrument.symbol);
    if (item !== undefined) found[name] = item;
  }
  if (!query.single) return { [query.what]: found };
  const symbol = query.symbols[0] ?? '';
  if (found[symbol] === undefined) badQuery(`no ${query.what} found for ${symbol}`);
  return { symbol, [query.what.slice(0, -1)]: found[symbol] };
}

function latestOf(world: World, { what, market }: LatestQuery, symbol: AssetSymbol): Record<string, unknown> | undefined {
  const quote = world.quotes.get(symbol);
  switch (what) {
    case 'bars': {
      const bar = lastBar(world, symbol);
      return bar && renderBar(rolled(bar));
    }
    case 'quotes':
      return quote && renderQuote(quote, market);
    case 'trades':
      return quote && renderTrade(quote, market);
    default:
      return what satisfies never;
  }
}
