/**
 * One writer a series: a lock that the kernel holds for us (SQLite's on an empty file), so it ends with the process, however
 * that ends. Readers need none: they read what `series.json` names.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type SeriesKey, seriesFolder, seriesName, symbolFolder } from '#server/history/series.ts';
import { makeFolder } from './durable-file.ts';
import { BarStoreError } from './error.ts';
import { barsFolder } from './series-file.ts';

/** Another's commit takes less; another's import may take longer, and is worth a message. */
const WAIT_MS = 2_000;

export interface SeriesLock {
  release(): void;
}

/** Locks lie beside the series, never in their folders: who removes a series still holds its lock. */
const lockFile = (home: string, key: SeriesKey): string =>
  join(barsFolder(home), '.locks', `${symbolFolder(key.symbol)}.${seriesFolder(key)}.lock`);

export function lockSeries(home: string, key: SeriesKey, waitMs = WAIT_MS): SeriesLock {
  const path = lockFile(home, key);
  makeFolder(join(barsFolder(home), '.locks'));
  const database = new DatabaseSync(path, { timeout: waitMs });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const isBusy = error instanceof Error && /locked|busy/i.test(error.message);
    throw new BarStoreError({
      code: isBusy ? 'barsBusy' : 'barsUnwritable',
      message: isBusy ? `another program is writing ${seriesName(key)}` : `the lock ${path} can not be taken: ${String(error)}`,
      hint: isBusy ? 'wait until it has ended, then run this again' : 'check that the home is on a local disk and can be written',
      facts: { path },
      cause: error,
    });
  }
  return { release: () => database.close() };
}
