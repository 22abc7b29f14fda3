/** CSV files for tests of imports: made, taken in, written out. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storedCsv } from '#server/adapters/bars/export-csv.ts';
import { type ImportOptions, type ImportReport, importBars } from '#server/adapters/bars/import-csv.ts';
import { readSeries } from '#server/adapters/bars/series-file.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { minutes, OPEN } from './rows.ts';

export const HEADER = 'timestamp,open,high,low,close,volume';
export const NOW = Date.parse('2026-01-01T00:00:00Z');
export const EVERYTHING = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

export function fileIn(folder: string, text: string | Buffer, name = 'AAPL.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

export const imported = (home: string, path: string, more: Partial<ImportOptions> = {}): Promise<ImportReport> =>
  importBars({
    home,
    path,
    symbol: 'AAPL' as AssetSymbol,
    timeframe: undefined,
    adjustment: 'raw',
    source: 'csv',
    replace: false,
    now: NOW,
    onBytes: () => undefined,
    ...more,
  });

export const failureOf = async (work: Promise<unknown>): Promise<Error> =>
  await work.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => error as Error,
  );

export const exported = (home: string, key: SeriesKey): string => [...storedCsv(home, readSeries(home, key)!, EVERYTHING)].join('');

/** A line a bar, a minute apart. */
export const lines = (count: number, from = OPEN): string[] => {
  const rows = minutes(count, from);
  return Array.from({ length: count }, (_, i) =>
    [
      new Date(rows.startsAt[i]!).toISOString().replace('.000Z', 'Z'),
      rows.open[i],
      rows.high[i],
      rows.low[i],
      rows.close[i],
      rows.volume[i],
    ].join(','),
  );
};
export const csv = (...all: string[]): string => `${[HEADER, ...all].join('\n')}\n`;
