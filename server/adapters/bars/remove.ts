/** Removes a series: first what names its bars, so that nobody reads half of it. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type SeriesKey, symbolFolder } from '#server/history/series.ts';
import { actionsPath } from './actions-file.ts';
import { seriesOf } from './catalogue.ts';
import { barsFolder, folderOf, seriesFilePath } from './series-file.ts';
import { lockSeries } from './series-lock.ts';

/** Works on a damaged one, too. */
export function removeSeries(home: string, key: SeriesKey): void {
  const lock = lockSeries(home, key);
  try {
    rmSync(seriesFilePath(home, key), { force: true });
    rmSync(folderOf(home, key), { recursive: true, force: true });
    removeIfEmpty(dirname(folderOf(home, key)));
  } finally {
    lock.release();
  }
}

/** Splits and dividends go when no bars are left that they are for. */
export function removeActions(home: string, symbol: AssetSymbol): boolean {
  if (seriesOf(home, symbol).length > 0 || !existsSync(actionsPath(home, symbol))) return false;
  rmSync(actionsPath(home, symbol), { force: true });
  removeIfEmpty(join(barsFolder(home), symbolFolder(symbol)));
  return true;
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
