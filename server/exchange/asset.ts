/** What the exchange lists: an instrument with its id, name and place, found by symbol, squeezed symbol or id. */
import { type AssetSymbol, withoutSlash } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { knownAsset } from './known-assets.ts';
import { uuidOf } from './random.ts';

export interface Asset {
  readonly id: string;
  readonly instrument: Instrument;
  readonly name: string;
  readonly exchange: string;
  /** Percent of a holding's value that must be kept at least. */
  readonly maintenancePercent: number;
}

export interface Listing {
  readonly instrument: Instrument;
  readonly name?: string;
  readonly exchange?: string;
  /** 30 for stocks, more for those of borrowed money: 50 at twice the index, 75 at three times. */
  readonly maintenancePercent?: number;
}

export interface AssetBook {
  readonly all: readonly Asset[];
  /** By "BTC/USD", "BTCUSD", the asset's id, "AAPL:NASDAQ" or "AAPL:NASDAQ:us_equity". */
  find(name: string): Asset | undefined;
  /** By the exact symbol. */
  get(symbol: AssetSymbol): Asset | undefined;
}

const QUALIFIED = /^([^:]+):([A-Z]+)(?::([a-z_]+))?$/;

/** Ids of assets depend on the symbol alone, so that they are the same in each run. */
function assetId(symbol: string): string {
  let hash = 0;
  for (let i = 0; i < symbol.length; i++) hash = (Math.imul(hash, 31) + symbol.charCodeAt(i)) | 0;
  return uuidOf(hash, 0);
}

export function createAssetBook(listings: readonly Listing[]): AssetBook {
  const all = listings.map(({ instrument, name, exchange, maintenancePercent }): Asset => {
    const known = knownAsset(instrument.symbol);
    const isCrypto = instrument.assetClass === 'crypto';
    return {
      id: known.id ?? assetId(instrument.symbol),
      instrument,
      name: name ?? instrument.symbol,
      exchange: exchange ?? known.exchange ?? (isCrypto ? 'CRYPTO' : 'NASDAQ'),
      maintenancePercent: maintenancePercent ?? (isCrypto ? 100 : 30),
    };
  });
  const bySymbol = new Map<AssetSymbol, Asset>(all.map((asset) => [asset.instrument.symbol, asset]));
  const byName = new Map<string, Asset>();
  for (const asset of all) {
    byName.set(asset.id, asset);
    byName.set(withoutSlash(asset.instrument.symbol), asset);
    byName.set(asset.instrument.symbol, asset);
  }
  const findQualified = (name: string): Asset | undefined => {
    const [, symbol = '', exchange, assetClass] = QUALIFIED.exec(name) ?? [];
    const asset = byName.get(symbol);
    if (asset?.exchange !== exchange || (assetClass ?? asset?.instrument.assetClass) !== asset?.instrument.assetClass) return undefined;
    return asset;
  };
  return { all, find: (name) => byName.get(name) ?? findQualified(name), get: (symbol) => bySymbol.get(symbol) };
}
