/** The journals of a database for who only looks: beside a running daemon, and of any run. */
import { existsSync } from 'node:fs';
import { and, asc, desc, eq, gt } from '#drizzle/query.ts';
import type { RunId } from '#server/domain/ids.ts';
import type { Snapshot } from '#server/runtime/records.ts';
import type { Anchor } from './anchors.ts';
import { type ChainCheck, checkChain } from './chain.ts';
import type { ReadingDriver } from './driver.ts';
import { StoreError } from './error.ts';
import { checkLedger } from './ledger-check.ts';
import { ledgerEnd } from './ledger-end.ts';
import { sqliteFile } from './open.ts';
import { hashesOf, type PaperTrail, paperTrail } from './paper-trail.ts';

export interface ListedRun {
  readonly id: RunId;
  readonly mode: string;
  readonly account: string;
  /** Wall-clock milliseconds. */
  readonly createdAt: number;
}

/** An entry as it is stored. */
export interface StoredEntry {
  readonly seq: number;
  readonly text: string;
}

export interface JournalReader {
  readonly where: string;
  /** Newest first. */
  runs(): Promise<readonly ListedRun[]>;
  /** Entries with seq above the given one, in order. */
  entries(run: RunId, afterSeq: number, limit: number): Promise<readonly StoredEntry[]>;
  /** Oldest first. */
  snapshots(run: RunId): Promise<readonly Snapshot[]>;
  /** The whole chain from the first entry on, the anchors, and that the ledger goes no further and says the same. */
  check(run: RunId, anchors: readonly Anchor[]): Promise<ChainCheck>;
  /** How long the run was heard from, and what it certified. */
  trail(run: RunId): Promise<PaperTrail>;
  /** Of those of the named entries that are there. */
  hashes(run: RunId, seqs: readonly number[]): Promise<ReadonlyMap<number, string>>;
  close(): Promise<void>;
}

/** A run begins with an entry, and a daemon that writes beside us only makes the journal longer. */
async function checkWhole(driver: ReadingDriver, run: RunId, anchors: readonly Anchor[]): Promise<ChainCheck> {
  const recordedUntil = await ledgerEnd(driver, run);
  const check = await checkChain(driver, run, 0, anchors);
  const { head, broken } = check;
  if (broken !== undefined) return check;
  const cut = (text: string): ChainCheck => ({ head, broken: { kind: 'cutOff', seq: head.seq, text } });
  if (head.seq === 0) return cut('the journal of this run has no entries, not even the one that it began with');
  if (recordedUntil <= head.seq) return { head, broken: await checkLedger(driver, run, recordedUntil) };
  return cut(`the journal was cut off after entry ${head.seq}: signals, decisions, fills or halts of entry ${recordedUntil} are on record`);
}

/** A database server is asked; whether a file is there can be seen. */
export const hasJournal = (url: string | undefined, home: string): boolean => url !== undefined || existsSync(sqliteFile(home));

async function openReading(url: string | undefined, home: string): Promise<ReadingDriver> {
  if (url !== undefined) return (await import('./mysql.ts')).readMysql(url);
  const file = sqliteFile(home);
  if (!hasJournal(url, home))
    throw new StoreError('there is no journal yet', file, 'start the daemon once, or set TRADAR_HOME to the home of one');
  return (await import('./sqlite.ts')).readSqlite(file);
}

export async function openJournalReader(url: string | undefined, home: string): Promise<JournalReader> {
  const driver = await openReading(url, home);
  const { journal, runs, snapshots } = driver.tables;
  return {
    where: driver.where,
    runs: async () => {
      const rows = await driver.read((from) => from.select().from(runs).orderBy(desc(runs.createdAt)));
      return rows.map((row) => ({ ...row, id: row.id as RunId }));
    },
    entries: (run, afterSeq, limit) => {
      const columns = { seq: journal.seq, text: journal.text };
      const where = and(eq(journal.run, run), gt(journal.seq, afterSeq));
      return driver.read((from) => from.select(columns).from(journal).where(where).orderBy(asc(journal.seq)).limit(limit));
    },
    snapshots: (run) => {
      const columns = { seq: snapshots.seq, text: snapshots.text };
      return driver.read((from) => from.select(columns).from(snapshots).where(eq(snapshots.run, run)).orderBy(asc(snapshots.seq)));
    },
    check: (run, anchors) => checkWhole(driver, run, anchors),
    trail: (run) => paperTrail(driver, run),
    hashes: (run, seqs) => hashesOf(driver, run, seqs),
    close: () => driver.close(),
  };
}
