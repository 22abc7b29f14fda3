/** Opens the archive of an account: its database, its run, its journal. */
import { join } from 'node:path';
import type { Archive } from '#server/runtime/records.ts';
import type { Driver } from './driver.ts';
import { headOf, journalOf, verifyChain } from './journal.ts';
import { recordsOf } from './records.ts';
import { type RunOptions, runFor } from './runs.ts';
import { snapshotsOf } from './snapshots.ts';
import { openSqlite } from './sqlite.ts';

export interface ArchiveOptions extends RunOptions {
  /** mysql://…, mariadb://…, tidb://…; nothing: a SQLite file in the home. */
  readonly url: string | undefined;
  readonly home: string;
}

export const sqliteFile = (home: string): string => join(home, 'tradar.sqlite');

/** Opens the database and brings it to this version's tables; says which migrations that took. */
export async function openDatabase(url: string | undefined, home: string): Promise<{ driver: Driver; migrated: string[] }> {
  if (url === undefined) return openSqlite(sqliteFile(home));
  return await (await import('./mysql.ts')).openMysql(url);
}

export async function openArchive(options: ArchiveOptions): Promise<Archive> {
  const { driver } = await openDatabase(options.url, options.home);
  try {
    return await archiveOf(driver, options);
  } catch (error) {
    await driver.close();
    throw error;
  }
}

/** The archive in a database that is open; closing it closes the database. */
export async function archiveOf(driver: Driver, options: RunOptions): Promise<Archive> {
  const run = await runFor(driver, options);
  return {
    run,
    journal: journalOf(driver, run, await headOf(driver, run)),
    records: recordsOf(driver, run),
    ...snapshotsOf(driver, run),
    verify: (fromSeq) => verifyChain(driver, run, fromSeq),
    close: () => driver.close(),
  };
}
