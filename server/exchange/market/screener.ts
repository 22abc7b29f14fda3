/** What moved most and what traded most on the running day, computed from the tape. */

import { toNumber } from '../../domain/money.ts';
import { stamp } from '../stamp.ts';
import { lastPrice, type World } from '../world.ts';
import { lastDays } from './latest.ts';
import type { DataMarket } from './requests.ts';
import { assetsOn } from './symbols.ts';

export function mostActives(world: World, by: 'volume' | 'trades', top: number): Record<string, unknown> {
  const rows = assetsOn(world, 'stocks').flatMap((asset) => {
    const { day } = lastDays(world, asset);
    return day ? [{ symbol: asset.instrument.symbol, trade_count: day.trades, volume: day.volume }] : [];
  });
  const weight = (row: (typeof rows)[number]): number => (by === 'volume' ? row.volume : row.trade_count);
  rows.sort((a, b) => weight(b) - weight(a));
  return { last_updated: stamp(world.now), most_actives: rows.slice(0, top) };
}

const cents = (value: number): number => Math.round(value * 100) / 100;

export function movers(world: World, market: DataMarket, top: number): Record<string, unknown> {
  const rows = assetsOn(world, market).flatMap((asset) => {
    const { symbol } = asset.instrument;
    const { dayBefore } = lastDays(world, asset);
    const last = lastPrice(world, symbol);
    if (!dayBefore || last === undefined) return [];
    const price = toNumber(last);
    const change = price - dayBefore.close;
    return [{ change: Math.round(change * 1e6) / 1e6, percent_change: cents((change / dayBefore.close) * 100), price, symbol }];
  });
  rows.sort((a, b) => b.percent_change - a.percent_change);
  const gainers = rows.filter(({ change }) => change > 0).slice(0, top);
  const losers = rows.filter(({ change }) => change < 0).reverse();
  return { gainers, last_updated: stamp(world.now), losers: losers.slice(0, top), market_type: market };
}
