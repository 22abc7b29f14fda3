/** Which series there are: the folders of the store, symbol by symbol. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type SeriesKey, seriesOfFolder, symbolFolder, symbolOfFolder } from '#server/history/series.ts';
import { barsFolder } from './series-file.ts';

const foldersIn = (path: string): string[] => {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
};

/** Of one symbol: the shorter timeframes first. */
export function seriesOf(home: string, symbol: AssetSymbol): SeriesKey[] {
  return foldersIn(join(barsFolder(home), symbolFolder(symbol)))
    .flatMap((folder) => {
      const named = seriesOfFolder(folder);
      return named === undefined ? [] : [{ symbol, ...named }];
    })
    .sort((a, b) => a.timeframe.ms - b.timeframe.ms || (a.adjustment < b.adjustment ? -1 : 1));
}

/** By the alphabet. */
export const storedSymbols = (home: string): AssetSymbol[] =>
  foldersIn(barsFolder(home))
    .flatMap((folder) => symbolOfFolder(folder) ?? [])
    .sort((a, b) => (a < b ? -1 : 1));

export const allSeries = (home: string): SeriesKey[] => storedSymbols(home).flatMap((symbol) => seriesOf(home, symbol));
