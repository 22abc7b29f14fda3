/** Opens the archive of an account: its database, its run, its journal. */
import { join } from 'node:path';
import type { Archive } from '#server/runtime/records.ts';
import { type AnchorBook, anchorsIn } from './anchors.ts';
import { checkChain } from './chain.ts';
import type { Driver } from './driver.ts';
import { headOf, journalOf } from './journal.ts';
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
    return await archiveOf(driver, options, anchorsIn(options.home));
  } catch (error) {
    await driver.close();
    throw error;
  }
}

/** The archive in a database that is open; closing it closes the database. */
export async function archiveOf(driver: Driver, options: RunOptions, anchors: AnchorBook): Promise<Archive> {
  const run = await runFor(driver, options);
  const journal = journalOf(driver, run, await headOf(driver, run));
  return {
    run,
    journal,
    records: recordsOf(driver, run),
    ...snapshotsOf(driver, run),
    anchor: async (why) => {
      const head = journal.head();
      // Before the first entry there is nothing to guard.
      if (head.seq > 0) anchors.write({ run, ...head, at: new Date().toISOString(), why });
      return head;
    },
    verify: async (fromSeq) => (await checkChain(driver, run, fromSeq, anchors.of(run))).broken?.text,
    close: () => driver.close(),
  };
}
