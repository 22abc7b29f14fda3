/** Watchlists in Alpaca's words; a list of them leaves the assets out. */
import { stamp } from '../stamp.ts';
import type { Watchlist } from '../watchlist.ts';
import { assetOf, type World } from '../world.ts';
import { accountId, renderAsset } from './account-view.ts';

export function renderWatchlist(world: World, list: Watchlist, withAssets: boolean): Record<string, unknown> {
  return {
    id: list.id,
    account_id: accountId(world),
    created_at: stamp(list.createdAt),
    updated_at: stamp(list.updatedAt),
    name: list.name,
    ...(withAssets ? { assets: list.symbols.map((symbol) => renderAsset(world, assetOf(world, symbol))) } : {}),
  };
}
