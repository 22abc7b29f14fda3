/** The sectors of symbols, out of a file that stands beside this one: coarse, fixed, and known to be out of date where a company changes. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';

const table = z.record(z.string(), z.array(z.string()));

let known: ReadonlyMap<string, string> | undefined;

function readTable(): ReadonlyMap<string, string> {
  const text = readFileSync(new URL('./sectors.json', import.meta.url), 'utf8');
  const sectors = Object.entries(table.parse(JSON.parse(text)));
  return new Map(sectors.flatMap(([sector, symbols]) => symbols.map((symbol) => [symbol, sector] as const)));
}

/** Only of those that have one; all pairs are one sector. */
export function sectorsOf(symbols: readonly AssetSymbol[]): ReadonlyMap<AssetSymbol, string> {
  known ??= readTable();
  const found = new Map<AssetSymbol, string>();
  for (const symbol of symbols) {
    const sector = isCryptoSymbol(symbol) ? 'crypto' : known.get(symbol);
    if (sector !== undefined) found.set(symbol, sector);
  }
  return found;
}
