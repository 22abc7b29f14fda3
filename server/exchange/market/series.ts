/** Pages of bars, trades, quotes and auctions: the symbols in the order of the alphabet, each in the order of time. */
import type { Instant } from '../../domain/time.ts';
import { type Names, rolledBars } from '../bar-history.ts';
import { badQuery } from '../refusal.ts';
import { renderBar, renderQuote, renderTrade } from '../view/market-view.ts';
import type { World } from '../world.ts';
import { adjusterOf } from './adjust.ts';
import { auctionDays } from './auctions.ts';
import { endOf, feedHas } from './entitlement.ts';
import { type PageEnd, readToken, writeToken } from './page-token.ts';
import type { SeriesQuery } from './requests.ts';
import { checkedSymbols, listedOn, namesAsOf } from './symbols.ts';
import { ticksOf } from './tick-history.ts';
import { midnightOf, readTimeframe } from './timeframe.ts';

const MAX_LIMIT = 10_000;

/** One point of a series. */
export interface Point {
  readonly at: Instant;
  render(): Record<string, unknown>;
}

interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

type Found = Record<string, Record<string, unknown>[]>;

export function getSeries(world: World, query: SeriesQuery): Record<string, unknown> {
  if (query.limit > MAX_LIMIT) badQuery(`invalid limit: larger than the allowed maximum of ${MAX_LIMIT}`);
  const symbols = checkedSymbols(world, query);
  const midnight = midnightOf(query.market);
  const from = query.start ?? midnight.startOf(midnight.dayOf(world.now));
  const to = endOf(world, query, query.end);
  if (query.start !== undefined && query.end !== undefined && from > to) badQuery('end should not be before start');
  if (query.what === 'bars') readTimeframe(query.timeframe, query.market);
  const { found, next } = pageOf(world, query, symbols, { from, to });
  const currency = query.currency ? { currency: query.currency } : {};
  if (!query.single) return { [query.what]: found, next_page_token: next, ...currency };
  const symbol = query.symbols[0] ?? '';
  return { [query.what]: found[symbol] ?? null, symbol, next_page_token: next, ...currency };
}

function pageOf(world: World, query: SeriesQuery, symbols: readonly string[], stretch: Stretch): { found: Found; next: string | null } {
  const token = query.pageToken === undefined ? undefined : readToken(query.pageToken);
  const found: Found = {};
  let left = query.limit;
  let last: PageEnd | undefined;
  for (const symbol of symbols) {
    if (token && symbol < token.symbol) continue;
    const resume = token?.symbol === symbol ? token : undefined;
    let toSkip = resume?.count ?? 0;
    let end: PageEnd | undefined = resume;
    for (const point of pointsOf(world, query, symbol, resumed(query, stretch, resume))) {
      if (resume && point.at === resume.at && toSkip > 0) {
        toSkip -= 1;
        continue;
      }
      if (left === 0) return { found, next: last ? writeToken(last) : null };
      left -= 1;
      const list = found[symbol];
      if (list) list.push(point.render());
      else found[symbol] = [point.render()];
      end = { symbol, at: point.at, count: end?.at === point.at ? end.count + 1 : 1 };
      last = end;
    }
  }
  return { found, next: null };
}

function resumed(query: SeriesQuery, { from, to }: Stretch, resume: PageEnd | undefined): Stretch {
  if (!resume) return { from, to };
  return query.direction === 'asc' ? { from: resume.at as Instant, to } : { from, to: resume.at as Instant };
}

function pointsOf(world: World, query: SeriesQuery, name: string, stretch: Stretch): Iterable<Point> {
  const asset = listedOn(world, query.market, name);
  if (!asset) return [];
  const names = query.asof === 'none' ? [asset.instrument.symbol] : namesAsOf(world, asset, query.asof);
  const points = forward(world, query, names, stretch);
  return query.direction === 'asc' ? points : [...points].reverse();
}

function* forward(world: World, query: SeriesQuery, names: Names, stretch: Stretch): Generator<Point> {
  for (const point of allPoints(world, query, names, stretch)) if (feedHas(query.feed, point.at)) yield point;
}

function allPoints(world: World, query: SeriesQuery, names: Names, stretch: Stretch): Iterable<Point> {
  switch (query.what) {
    case 'bars':
      return barPoints(world, query, names, stretch);
    case 'trades':
    case 'quotes':
      return tickPoints(world, query.what, names, stretch);
    case 'auctions':
      return auctionDays(world, names, stretch.from, stretch.to);
    default:
      return query satisfies never;
  }
}

function* barPoints(world: World, query: Extract<SeriesQuery, { what: 'bars' }>, names: Names, { from, to }: Stretch): Generator<Point> {
  const timeframe = readTimeframe(query.timeframe, query.market);
  const adjust = adjusterOf(world, names, query.adjustments);
  for (const bar of rolledBars(world, names, timeframe, { from, to, ...(adjust ? { adjust } : {}) })) {
    yield { at: bar.startsAt, render: () => renderBar(bar) };
  }
}

function* tickPoints(world: World, what: 'trades' | 'quotes', names: Names, { from, to }: Stretch): Generator<Point> {
  for (const asset of names.flatMap((name) => world.tape.assets.get(name) ?? [])) {
    const market = asset.instrument.assetClass === 'crypto' ? 'crypto' : 'stocks';
    for (const { quote, isQuote, isTrade } of ticksOf(world, asset, from, to)) {
      if (what === 'trades' ? !isTrade : !isQuote) continue;
      yield { at: quote.at, render: () => (what === 'trades' ? renderTrade(quote, market) : renderQuote(quote, market)) };
    }
  }
}
