/**
 * One daemon per home: a lock that the kernel holds for us (SQLite's lock on `<home>/lock.sqlite`, never committed, so
 * readers can still see whose it is). It ends with the process, however that ends: there is no stale lock to take over,
 * and no process id that meanwhile belongs to somebody else.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Lease } from '#server/runtime/ports.ts';

/** Longer than another's commit takes, shorter than anybody would wait. */
const BUSY_TIMEOUT_MS = 250;

const HOLDER_TABLE =
  'CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), fence INTEGER NOT NULL, pid INTEGER NOT NULL, since TEXT NOT NULL)';
const TAKE = `INSERT INTO holder (one, fence, pid, since) VALUES (1, 1, ?, ?)
  ON CONFLICT (one) DO UPDATE SET fence = fence + 1, pid = excluded.pid, since = excluded.since`;

export const homeLockFile = (home: string): string => join(home, 'lock.sqlite');

/** The home can not be had: another daemon works there, or the lock can not be written. */
export class HomeLockError extends Error {
  readonly code: 'homeTaken' | 'homeUnusable';
  readonly hint: string;
  constructor({ code, message, hint, cause }: Pick<HomeLockError, 'code' | 'message' | 'hint' | 'cause'>) {
    super(`${message}; ${hint}`, { cause });
    this.name = 'HomeLockError';
    this.code = code;
    this.hint = hint;
  }
}

/** The process that works in this home at this moment, whether it answers or not; nothing when none does. */
export function holderOfHome(home: string): { readonly pid: number } | undefined {
  const file = homeLockFile(home);
  if (!existsSync(file)) return undefined;
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return undefined;
  } catch (error) {
    if (!isBusy(error)) return undefined;
    const pid = database.prepare('SELECT pid FROM holder').get()?.['pid'];
    return typeof pid === 'number' ? { pid } : undefined;
  } finally {
    database.close();
  }
}

const isBusy = (error: unknown): boolean => /locked|busy/i.test(error instanceof Error ? error.message : String(error));

/** Takes the home or throws; the folder must exist. */
export function takeHomeLock(home: string): Lease {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(homeLockFile(home), { timeout: BUSY_TIMEOUT_MS });
    return holdLock(database);
  } catch (error) {
    const why = refusal(home, database, error);
    database?.close();
    throw why;
  }
}

/** Says who we are, then begins a write that never ends. Whoever gets in between the two is named by the refusal. */
function holdLock(database: DatabaseSync): Lease {
  database.exec('BEGIN IMMEDIATE');
  database.exec(HOLDER_TABLE);
  database.prepare(TAKE).run(process.pid, new Date().toISOString());
  const fence = Number(database.prepare('SELECT fence FROM holder').get()?.['fence']);
  database.exec('COMMIT; BEGIN IMMEDIATE');
  return {
    fence,
    release: async () => {
      if (database.isOpen) database.close();
    },
  };
}

function refusal(home: string, database: DatabaseSync | undefined, error: unknown): HomeLockError {
  if (database === undefined || !isBusy(error)) {
    const text = error instanceof Error ? error.message : String(error);
    const hint = 'check that the folder exists, is writable and is on a local disk, or choose another with TRADAR_HOME';
    return new HomeLockError({ code: 'homeUnusable', message: `the lock of ${home} can not be taken: ${text}`, hint, cause: error });
  }
  const message = `another daemon works in ${home}${holderOf(database)}`;
  const hint = 'stop it first, look at it with "tradar status", or choose another folder with TRADAR_HOME';
  return new HomeLockError({ code: 'homeTaken', message, hint, cause: error });
}

function holderOf(database: DatabaseSync): string {
  try {
    const holder = database.prepare('SELECT pid, since FROM holder').get();
    return holder === undefined ? '' : ` (pid ${holder['pid']}, since ${holder['since']})`;
  } catch {
    return '';
  }
}
