/** The symbols of a query: their spelling, and the listed assets behind them. */
import type { AssetSymbol } from '../../domain/ids.ts';
import { newYorkDay } from '../../domain/new-york.ts';
import type { Asset } from '../asset.ts';
import { badQuery } from '../refusal.ts';
import { isListed, type World } from '../world.ts';
import type { DataMarket, OfSymbols } from './requests.ts';

const CRYPTO_PAIR = /^[A-Z]+x?\/[A-Z]+$/;
const STOCK = /^[A-Z][A-Z.]{0,11}$/;

/** Each symbol once, in the order of the alphabet, in which pages go. No stock's symbol has a digit, unless one is listed here. */
export function checkedSymbols(world: World, { market, symbols }: Pick<OfSymbols, 'market' | 'symbols'>): readonly string[] {
  if (symbols.length === 0) badQuery('symbols is required');
  for (const symbol of symbols) {
    if ((market === 'crypto' ? CRYPTO_PAIR : STOCK).test(symbol) || listedOn(world, market, symbol)) continue;
    const rule = market === 'crypto' ? ' does not match ^[A-Z]+x?/[A-Z]+$' : '';
    badQuery(`invalid symbol: ${symbol.slice(0, 40)}${rule}`);
  }
  return [...new Set(symbols)].sort();
}

/** The asset, when it is listed on that market. */
export function listedOn(world: World, market: DataMarket, symbol: string): Asset | undefined {
  const asset = world.tape.assets.get(symbol as AssetSymbol);
  return asset && (asset.instrument.assetClass === 'crypto') === (market === 'crypto') ? asset : undefined;
}

/** All names of what was called so on a day; today when none is named. */
export const namesAsOf = (world: World, { instrument }: Asset, day = newYorkDay(world.now)): readonly AssetSymbol[] =>
  world.tape.names.on(instrument.symbol, day);

export const assetsOn = (world: World, market: DataMarket): readonly Asset[] =>
  world.tape.assets.all.filter((asset) => (asset.instrument.assetClass === 'crypto') === (market === 'crypto') && isListed(world, asset));
