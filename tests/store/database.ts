/** A database of a test's own, in each dialect, with a way to its rows that does not lead through the store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import type { Driver } from '#server/adapters/store/driver.ts';
import { openArchive, openDatabase, sqliteFile } from '#server/adapters/store/open.ts';
import type { Archive } from '#server/runtime/records.ts';

export const dialects = ['sqlite', 'mysql'] as const;
export type Dialect = (typeof dialects)[number];

type Row = Readonly<Record<string, string | number | null>>;

export interface Database extends AsyncDisposable {
  readonly url: string | undefined;
  readonly home: string;
  archive(changes?: { mode?: string; account?: string; nowMs?: number; url?: string }): Promise<Archive>;
  driver(): Promise<Driver>;
  /** Past the store. */
  sql(text: string, values?: (string | number)[]): Promise<Row[]>;
}

let made = 0;

export async function freshDatabase(dialect: Dialect): Promise<Database> {
  const home = mkdtempSync(join(tmpdir(), 'tradar-store-'));
  const name = `store_${process.pid}_${++made}`;
  const server = dialect === 'mysql' ? inject('mysql') : undefined;
  if (server !== undefined) await mysql(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const url = server === undefined ? undefined : `${server}/${name}`;
  const toClose: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    let closing: Promise<void> | undefined;
    const { close } = one;
    const once = { ...one, close: () => (closing ??= close()) };
    toClose.push(once);
    return once;
  };
  return {
    url,
    home,
    archive: async (changes = {}) =>
      keep(await openArchive({ url, home, mode: 'demo', account: 'A1', nowMs: 1_750_000_000_000, ...changes })),
    driver: async () => keep((await openDatabase(url, home)).driver),
    sql: (text, values = []) => (url === undefined ? sqlite(home, text, values) : mysql(url, text, values)),
    async [Symbol.asyncDispose]() {
      await Promise.all(toClose.map((one) => one.close()));
      if (server !== undefined) await mysql(server, `DROP DATABASE ${name}`);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function sqlite(home: string, text: string, values: (string | number)[]): Promise<Row[]> {
  const raw = new DatabaseSync(sqliteFile(home));
  try {
    return raw.prepare(text).all(...values) as Row[];
  } finally {
    raw.close();
  }
}

export async function mysql(url: string, text: string, values: (string | number)[] = []): Promise<Row[]> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query(text, values);
    return rows as unknown as Row[];
  } finally {
    await connection.end();
  }
}
