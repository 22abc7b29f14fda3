/**
 * SQLite through node:sqlite: one connection writes, another reads through drizzle. Every commit of `write` survives a power cut; one of
 * `writeBehind` is flushed with the next of those, and carries what takes time: the write-ahead log is brought into the database there.
 */
import { mkdirSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { sqliteKit } from '#drizzle/kit.ts';
import { tables } from '#drizzle/schema.ts';
import { isFatal } from '#server/runtime/ports.ts';
import { COLUMNS, type Driver, type Put, type Reading, type ReadingDriver, type Statement } from './driver.ts';
import { explain, isLocked, type StoreError } from './error.ts';
import { APPLIED_TABLE, type Applied, migrationsOf, pending } from './migrate.ts';

/** How long to wait, at the start, for another program that has the file locked. */
const OPENING_BUSY_TIMEOUT_MS = 5_000;
/** Later, waiting would hold up everything else in this process: fail soon, the writer tries again. */
const WORKING_BUSY_TIMEOUT_MS = 500;
const WAL_RETRY_MS = 10;
const OWNER_ONLY = 0o700;
/** A sync at every commit: NORMAL may lose the last ones in a power cut. The log waits for a commit that nobody waits for. */
const AHEAD = 'PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000';
/** No sync of its own; brings the log into the database, with a sync of each, when it has so many pages. */
const BEHIND = 'PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000';
/** A thousand pages, and some that a transaction adds. */
const LOG_BYTES = 4_500_000;
/** A disk with less than so many times that is not asked for it. */
const ROOM_TIMES = 4;

const require = createRequire(import.meta.url);
const proxy = require('drizzle-orm/sqlite-proxy') as typeof import('drizzle-orm/sqlite-proxy');

/** Of two programs that switch a new file to WAL at once, SQLite tells one that it is locked, however patient it is. */
function switchToWal(raw: DatabaseSync, timeoutMs: number): void {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      raw.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isLocked(error) || performance.now() >= deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_RETRY_MS);
    }
  }
}

function connect(file: string, timeout: number): DatabaseSync {
  const raw = new DatabaseSync(file, { timeout });
  try {
    switchToWal(raw, timeout);
    raw.exec(AHEAD);
    return raw;
  } catch (error) {
    raw.close();
    throw error;
  }
}

/** Where this fails as well, the first failure is the one that says why. */
function rollBack(raw: DatabaseSync): void {
  try {
    if (raw.isTransaction) raw.exec('ROLLBACK');
  } catch {
    // The transaction dies with the connection.
  }
}

/**
 * What the log needs between two times that it is brought into the database, made ready: a flush of a file that grows takes longer.
 * The pages of a transaction that was too large for the cache, and then taken back, are such room. A disk that is nearly full is left
 * alone. On a connection of its own: where it fails all is as before, and who writes to the journal is told what is wrong.
 */
function makeRoom(file: string): void {
  const { bavail, bsize } = statfsSync(dirname(file));
  if (bavail * bsize < LOG_BYTES * ROOM_TIMES) return;
  const raw = new DatabaseSync(file);
  try {
    raw.exec('PRAGMA cache_size = 16; BEGIN IMMEDIATE; CREATE TABLE room (bytes)');
    raw.exec(`INSERT INTO room VALUES (zeroblob(${LOG_BYTES}))`);
  } catch {
    // Locked, or no file may be so large.
  } finally {
    rollBack(raw);
    raw.close();
  }
}

/** Runs its work as one transaction; the statements around it are prepared once. */
function transactionsOf(raw: DatabaseSync): <T>(work: () => T) => T {
  const [begin, commit] = [raw.prepare('BEGIN IMMEDIATE'), raw.prepare('COMMIT')];
  return (work) => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      rollBack(raw);
      throw error;
    }
  };
}

function migrate(raw: DatabaseSync, where: string): string[] {
  return transactionsOf(raw)(() => {
    raw.exec(APPLIED_TABLE);
    const applied = raw.prepare('SELECT tag, hash FROM migrations').all() as unknown as Applied[];
    const todo = pending(migrationsOf('sqlite'), applied, where);
    for (const { tag, hash, statements } of todo) {
      for (const statement of statements) raw.exec(statement);
      raw.prepare('INSERT INTO migrations (tag, hash) VALUES (?, ?)').run(tag, hash);
    }
    return todo.map(({ tag }) => tag);
  });
}

function textOf({ table, whenThere }: Pick<Put, 'table' | 'whenThere'>): string {
  const { names, fixed } = COLUMNS[table];
  const insert = `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  if (whenThere === 'refuse') return insert;
  const set = names.slice(fixed).map((name) => `"${name}" = excluded."${name}"`);
  return `${insert} ON CONFLICT DO ${set.length > 0 ? `UPDATE SET ${set.join(', ')}` : 'NOTHING'}`;
}

/** Reads through drizzle's proxy, with statements prepared once. */
function reader(raw: DatabaseSync): Reading {
  const prepared = new Map<string, StatementSync>();
  const run = async (text: string, values: unknown[]): Promise<{ rows: unknown[] }> => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      statement = raw.prepare(text);
      statement.setReturnArrays(true);
      prepared.set(text, statement);
    }
    return { rows: statement.all(...(values as (string | number | null)[])) as unknown[] };
  };
  // `casing` counts as the third argument only.
  return proxy.drizzle(run, undefined, { casing: 'snake_case' }) as unknown as Reading;
}

/** An address that SQLite understands itself, of a database that lives in memory: it has no folder. */
const isAddress = (file: string): boolean => file.startsWith('file:');

/** Opens the file, making folder and tables when they are not there. */
export function openSqlite(file: string, busyTimeoutMs = OPENING_BUSY_TIMEOUT_MS): { driver: Driver; migrated: string[] } {
  let raw: DatabaseSync | undefined;
  try {
    if (!isAddress(file)) mkdirSync(dirname(file), { recursive: true, mode: OWNER_ONLY });
    raw = connect(file, busyTimeoutMs);
    const migrated = migrate(raw, file);
    if (!isAddress(file)) makeRoom(file);
    raw.exec(`PRAGMA busy_timeout = ${WORKING_BUSY_TIMEOUT_MS}`);
    return { driver: driverOf(raw, connect(file, WORKING_BUSY_TIMEOUT_MS), file), migrated };
  } catch (error) {
    raw?.close();
    throw explain(error, file);
  }
}

/** Beside a daemon that writes: nothing is made, migrated or locked. */
export function readSqlite(file: string): ReadingDriver {
  let raw: DatabaseSync;
  try {
    raw = new DatabaseSync(file, { readOnly: true, timeout: OPENING_BUSY_TIMEOUT_MS });
  } catch (error) {
    throw explain(error, file);
  }
  return { where: file, tables: tables(sqliteKit), read: readingOf(raw, file), close: async () => raw.close() };
}

function readingOf(raw: DatabaseSync, file: string): Driver['read'] {
  const from = reader(raw);
  return async (query) => {
    try {
      return await query(from);
    } catch (error) {
      throw explain(error, file);
    }
  };
}

function driverOf(raw: DatabaseSync, reading: DatabaseSync, file: string): Driver {
  const prepared = new Map<string, StatementSync>();
  const statementFor = (name: string, textOfIt: () => string): StatementSync => {
    const known = prepared.get(name);
    if (known !== undefined) return known;
    const made = raw.prepare(textOfIt());
    prepared.set(name, made);
    return made;
  };
  /** Why this handle is not written to any more. */
  let broken: StoreError | undefined;
  const writeAll = (puts: readonly Put[], afterwards: readonly Statement[]): void => {
    for (const put of puts) {
      if (put.rows.length === 0) continue;
      // The text is made once and not per commit: that was a tenth of the time of a small one.
      const statement = statementFor(`${put.whenThere} ${put.table}`, () => textOf(put));
      for (const row of put.rows) statement.run(...row);
    }
    for (const { text, values } of afterwards) statementFor(text, () => text).run(...values);
  };
  const inTransaction = transactionsOf(raw);
  // Synchronous from BEGIN to COMMIT, so two writes can not get into each other.
  const guarded = (work: () => void): void => {
    if (broken !== undefined) throw broken;
    try {
      work();
    } catch (error) {
      const explained = explain(error, file);
      if (isFatal(explained)) broken = explained;
      throw explained;
    }
  };
  return {
    dialect: 'sqlite',
    where: file,
    tables: tables(sqliteKit),
    read: readingOf(reading, file),
    write: async (puts, afterwards = []) => guarded(() => inTransaction(() => writeAll(puts, afterwards))),
    writeBehind: async (puts) =>
      guarded(() => {
        // In memory there is nothing to flush, and no log.
        if (isAddress(file)) return inTransaction(() => writeAll(puts, []));
        raw.exec(BEHIND);
        try {
          inTransaction(() => writeAll(puts, []));
        } finally {
          raw.exec(AHEAD);
        }
      }),
    close: async () => {
      reading.close();
      raw.close();
    },
  };
}
