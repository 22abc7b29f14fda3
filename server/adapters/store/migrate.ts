/**
 * Brings a database to this version's tables: each migration once, in order, under a lock, remembered with the hash of its
 * text, so that one which was edited afterwards is noticed. (drizzle's own migrator takes no lock, and loads everything.)
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { StoreError } from './error.ts';

const FOLDER = new URL('../../../drizzle/migrations/', import.meta.url);
const BREAK = '--> statement-breakpoint';

export interface Migration {
  readonly tag: string;
  readonly hash: string;
  readonly statements: readonly string[];
}

interface Contents {
  readonly entries: readonly { readonly tag: string }[];
}

/** Of this version: read once. */
const known = new Map<'sqlite' | 'mysql', readonly Migration[]>();

export function migrationsOf(dialect: 'sqlite' | 'mysql'): readonly Migration[] {
  const migrations = known.get(dialect) ?? readMigrations(dialect);
  known.set(dialect, migrations);
  return migrations;
}

function readMigrations(dialect: 'sqlite' | 'mysql'): Migration[] {
  const contents = JSON.parse(readFileSync(new URL(`${dialect}/meta/_journal.json`, FOLDER), 'utf8')) as Contents;
  return contents.entries.map(({ tag }) => {
    const text = readFileSync(new URL(`${dialect}/${tag}.sql`, FOLDER), 'utf8');
    const hash = createHash('sha256').update(text).digest('hex');
    return { tag, hash, statements: text.split(BREAK).map((statement) => statement.trim()) };
  });
}

export const APPLIED_TABLE = 'CREATE TABLE IF NOT EXISTS migrations (tag VARCHAR(191) NOT NULL PRIMARY KEY, hash VARCHAR(64) NOT NULL)';

export interface Applied {
  readonly tag: string;
  readonly hash: string;
}

/** Those that are still to be applied; refuses a database that knows a migration otherwise, or one from the future. */
export function pending(all: readonly Migration[], applied: readonly Applied[], where: string): Migration[] {
  const known = new Map(all.map((migration) => [migration.tag, migration.hash]));
  for (const { tag, hash } of applied) {
    const ours = known.get(tag);
    if (ours === undefined)
      throw new StoreError(`the database is newer than this program: it has migration ${tag}`, where, 'update the program');
    if (ours !== hash)
      throw new StoreError(`migration ${tag} was changed after it was applied`, where, 'restore the migration file as it was released');
  }
  const done = new Set(applied.map(({ tag }) => tag));
  return all.filter(({ tag }) => !done.has(tag));
}
