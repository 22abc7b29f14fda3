/** The latest bar, trade, quote or order book of each symbol, and snapshots that put them together. */
import type { AssetSymbol } from '../../domain/ids.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { Asset } from '../asset.ts';
import { lastBar, type RolledBar, rolled, rolledBars } from '../bar-history.ts';
import { Refusal } from '../refusal.ts';
import { renderBar, renderQuote, renderTrade } from '../view/market-view.ts';
import type { World } from '../world.ts';
import { checkLatest } from './entitlement.ts';
import { bookAround, renderBook } from './order-levels.ts';
import type { LatestQuery, SnapshotsQuery } from './requests.ts';
import { checkedSymbols, listedOn, namesAsOf } from './symbols.ts';
import { midnightOf, readTimeframe } from './timeframe.ts';

const DAYS_BACK = 12;

export function getLatest(world: World, query: LatestQuery): Record<string, unknown> {
  checkLatest(world, query);
  const found: Record<string, unknown> = {};
  for (const name of checkedSymbols(world, query)) {
    const asset = listedOn(world, query.market, name);
    const item = asset && latestOf(world, query.item, asset);
    if (item !== undefined) found[name] = item;
  }
  const currency = query.currency ? { currency: query.currency } : {};
  if (!query.single) return { [query.item]: found, ...currency };
  const symbol = query.symbols[0] ?? '';
  const item = query.item.slice(0, -1);
  if (found[symbol] === undefined) throw new Refusal(404, undefined, `no ${item} found for ${symbol}`);
  return { symbol, [item]: found[symbol], ...currency };
}

function latestOf(world: World, item: LatestQuery['item'], { instrument }: Asset): Record<string, unknown> | undefined {
  const { symbol, assetClass } = instrument;
  const market = assetClass === 'crypto' ? 'crypto' : 'stocks';
  const quote = world.quotes.get(symbol);
  switch (item) {
    case 'bars': {
      const bar = lastBar(world, symbol);
      return bar && renderBar(rolled(bar));
    }
    case 'quotes':
      return quote && renderQuote(quote, market);
    case 'trades':
      return quote && renderTrade(quote, market);
    case 'orderbooks':
      return quote && renderBook(quote.at, bookAround(quote));
    default:
      return item satisfies never;
  }
}

export function getSnapshots(world: World, query: SnapshotsQuery): Record<string, unknown> {
  checkLatest(world, query);
  const found: Record<string, Record<string, unknown>> = {};
  for (const name of checkedSymbols(world, query)) {
    const asset = listedOn(world, query.market, name);
    if (asset) found[name] = snapshotOf(world, asset);
  }
  if (query.market === 'crypto') return { snapshots: found };
  if (!query.single) return found;
  const symbol = query.symbols[0] ?? '';
  return { symbol, ...(found[symbol] ?? noSnapshot(symbol)) };
}

function noSnapshot(symbol: string): never {
  throw new Refusal(404, undefined, `no snapshot found for ${symbol}`);
}

function snapshotOf(world: World, asset: Asset): Record<string, unknown> {
  const { day, dayBefore } = lastDays(world, asset);
  return {
    latestTrade: latestOf(world, 'trades', asset) ?? null,
    latestQuote: latestOf(world, 'quotes', asset) ?? null,
    minuteBar: latestOf(world, 'bars', asset) ?? null,
    dailyBar: day ? renderBar(day) : null,
    prevDailyBar: dayBefore ? renderBar(dayBefore) : null,
  };
}

/** The last two daily bars, the running one first. */
export function lastDays(world: World, asset: Asset): { day?: RolledBar; dayBefore?: RolledBar } {
  const market = asset.instrument.assetClass === 'crypto' ? 'crypto' : 'stocks';
  const names = namesAsOf(world, asset);
  const midnight = midnightOf(market);
  const daily = readTimeframe('1Day', market);
  const today = midnight.dayOf(world.now);
  const found: RolledBar[] = [];
  for (let day = today; day > today - DAYS_BACK && found.length < 2; day--) {
    const from = midnight.startOf(day);
    const [bar] = rolledBars(world, names, daily, { from, to: from });
    if (bar) found.push(bar);
  }
  const [day, dayBefore] = found;
  return { ...(day ? { day } : {}), ...(dayBefore ? { dayBefore } : {}) };
}

/** The bar of the day that an instant belongs to, as far as it has come. */
export function dayBarAt(world: World, symbol: AssetSymbol, market: 'stocks' | 'crypto', at: number): RolledBar | undefined {
  const daily = readTimeframe('1Day', market);
  const from = daily.startOf(at);
  const [bar] = rolledBars(world, [symbol], daily, { from, to: (from + DAY_MS / 2) as typeof from });
  return bar;
}
