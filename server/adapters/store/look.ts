/** Looks at a database without changing it: that it opens and can be written, and which migrations the next start applies. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { explain } from './error.ts';
import { type Applied, migrationsOf, pending } from './migrate.ts';
import { sqliteFile } from './open.ts';

export interface Sight {
  readonly dialect: 'sqlite' | 'mysql';
  readonly where: string;
  readonly waiting: readonly string[];
}

const BUSY_TIMEOUT_MS = 1_000;

export async function lookAt(url: string | undefined, home: string): Promise<Sight> {
  if (url === undefined) return lookAtSqlite(sqliteFile(home));
  return await (await import('./mysql.ts')).lookAtMysql(url);
}

function lookAtSqlite(file: string): Sight {
  try {
    const applied = existsSync(file) ? appliedIn(file) : appliedInNone(file);
    return { dialect: 'sqlite', where: file, waiting: pending(migrationsOf('sqlite'), applied, file).map(({ tag }) => tag) };
  } catch (error) {
    throw explain(error, file);
  }
}

/** There is no file yet; where it will be, it must be possible to make one. */
function appliedInNone(file: string): Applied[] {
  const folder = dirname(file);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === false) throw Object.assign(new Error(`${folder} is not a folder`), { code: 'ENOTDIR' });
  if (found !== undefined) accessSync(folder, constants.W_OK);
  return [];
}

function appliedIn(file: string): Applied[] {
  const raw = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // The lock of a writer, given back at once: a file that is locked, read-only or no database says so here.
    raw.exec('BEGIN IMMEDIATE; ROLLBACK');
    const isNew = raw.prepare("SELECT name FROM sqlite_master WHERE name = 'migrations'").get() === undefined;
    return isNew ? [] : (raw.prepare('SELECT tag, hash FROM migrations').all() as unknown as Applied[]);
  } finally {
    raw.close();
  }
}
