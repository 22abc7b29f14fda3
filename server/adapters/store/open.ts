/** Opens the archive of an account: its database, its run, its journal. */
import { join } from 'node:path';
import { and, desc, eq } from '#drizzle/query.ts';
import type { RunId } from '#server/domain/ids.ts';
import type { Archive } from '#server/runtime/records.ts';
import type { Driver } from './driver.ts';
import { headOf, journalOf, verifyChain } from './journal.ts';
import { recordsOf } from './records.ts';
import { openSqlite } from './sqlite.ts';

export interface ArchiveOptions {
  /** mysql://…, mariadb://…, tidb://…; nothing: a SQLite file in the home. */
  readonly url: string | undefined;
  readonly home: string;
  /** Runs of one mode and account go on where they were. */
  readonly mode: string;
  readonly account: string;
  /** Wall-clock milliseconds: names a new run. */
  readonly nowMs: number;
}

const KEPT_SNAPSHOTS = 3;

export const sqliteFile = (home: string): string => join(home, 'tradar.sqlite');

/** Opens the database and brings it to this version's tables; says which migrations that took. */
export async function openDatabase(url: string | undefined, home: string): Promise<{ driver: Driver; migrated: string[] }> {
  if (url === undefined) return openSqlite(sqliteFile(home));
  return await (await import('./mysql.ts')).openMysql(url);
}

async function runFor(driver: Driver, { mode, account, nowMs }: ArchiveOptions): Promise<RunId> {
  const { runs } = driver.tables;
  const mine = and(eq(runs.mode, mode), eq(runs.account, account));
  const [latest] = await driver.read.select({ id: runs.id }).from(runs).where(mine).orderBy(desc(runs.createdAt)).limit(1);
  if (latest !== undefined) return latest.id as RunId;
  const id = `r${Math.floor(nowMs / 1000).toString(36)}` as RunId;
  const [taken] = await driver.read.select({ id: runs.id }).from(runs).where(eq(runs.id, id));
  if (taken !== undefined) return await runFor(driver, { url: undefined, home: '', mode, account, nowMs: nowMs + 1_000 });
  await driver.write([{ table: 'runs', mode: 'add', rows: [[id, mode, account, nowMs]] }]);
  return id;
}

export async function openArchive(options: ArchiveOptions): Promise<Archive> {
  const { driver } = await openDatabase(options.url, options.home);
  const run = await runFor(driver, options);
  return archiveOf(driver, run, journalOf(driver, run, await headOf(driver, run)));
}

function archiveOf(driver: Driver, run: RunId, journal: Archive['journal']): Archive {
  const { snapshots } = driver.tables;
  const newest = (count: number) =>
    driver.read.select().from(snapshots).where(eq(snapshots.run, run)).orderBy(desc(snapshots.seq)).limit(count);
  return {
    run,
    journal,
    records: recordsOf(driver, run),
    async latestSnapshot() {
      const [row] = await newest(1);
      return row === undefined ? undefined : { seq: row.seq, text: row.text };
    },
    async saveSnapshot({ seq, text }) {
      const kept = (await newest(KEPT_SNAPSHOTS - 1)).at(-1)?.seq ?? 0;
      const forget = { text: 'DELETE FROM snapshots WHERE run = ? AND seq < ?', values: [run, kept] };
      await driver.write([{ table: 'snapshots', mode: 'overwrite', rows: [[run, seq, text]] }], [forget]);
    },
    verify: (fromSeq) => verifyChain(driver, run, fromSeq),
    close: () => driver.close(),
  };
}
