/** MySQL, MariaDB and TiDB through mysql2; loaded only when a DATABASE_URL asks for it. */
import { createRequire } from 'node:module';
import type { Pool, PoolConnection } from 'mysql2/promise';
import { mysqlKit } from '#drizzle/kit.ts';
import { tables } from '#drizzle/schema.ts';
import { COLUMNS, type Driver, type Put, type Statement } from './driver.ts';
import { explain, StoreError } from './error.ts';
import { APPLIED_TABLE, type Applied, migrationsOf, pending } from './migrate.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const MIGRATION_LOCK_SECONDS = 60;
const CONNECTIONS = 6;

const require = createRequire(import.meta.url);

/** "mysql://host:3306/name": without user and password. */
export function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `mysql://${host}${pathname}`;
  } catch {
    throw new StoreError('the database URL can not be read', 'DATABASE_URL', 'write it as mysql://user:password@host:3306/name');
  }
}

function poolFor(url: string): Pool {
  const mysql = require('mysql2/promise') as typeof import('mysql2/promise');
  return mysql.createPool({
    uri: url.replace(/^(mariadb|tidb):/, 'mysql:'),
    timezone: 'Z',
    supportBigNumbers: true,
    charset: 'utf8mb4_bin',
    connectionLimit: CONNECTIONS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
  });
}

async function migrate(pool: Pool, where: string): Promise<string[]> {
  const connection = await pool.getConnection();
  try {
    // A named lock belongs to its connection, and is per server: so it carries the database's name.
    const [rows] = await connection.query(`SELECT GET_LOCK(CONCAT(DATABASE(), '.migrate'), ${MIGRATION_LOCK_SECONDS}) AS got`);
    if ((rows as { got: number | null }[])[0]?.got !== 1)
      throw new StoreError('another process is migrating the database', where, 'wait for it and start again');
    return await applyPending(connection, where);
  } finally {
    await connection.query("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.migrate'))").catch(() => undefined);
    connection.release();
  }
}

async function applyPending(connection: PoolConnection, where: string): Promise<string[]> {
  await connection.query(APPLIED_TABLE);
  const [applied] = await connection.query('SELECT tag, hash FROM migrations');
  const todo = pending(migrationsOf('mysql'), applied as unknown as Applied[], where);
  for (const { tag, hash, statements } of todo) {
    for (const statement of statements) await connection.query(statement);
    await connection.query('INSERT INTO migrations (tag, hash) VALUES (?, ?)', [tag, hash]);
  }
  return todo.map(({ tag }) => tag);
}

function textOf({ table, mode }: Pick<Put, 'table' | 'mode'>): string {
  const { names, keys } = COLUMNS[table];
  const insert = `INSERT INTO \`${table}\` (${names.map((name) => `\`${name}\``).join(', ')}) VALUES ?`;
  if (mode === 'add') return insert;
  const set = names.slice(keys).map((name) => `\`${name}\` = VALUES(\`${name}\`)`);
  return `${insert} ON DUPLICATE KEY UPDATE ${set.join(', ')}`;
}

async function transaction(pool: Pool, puts: readonly Put[], afterwards: readonly Statement[]): Promise<void> {
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    for (const put of puts) if (put.rows.length > 0) await connection.query(textOf(put), [put.rows]);
    for (const { text, values } of afterwards) await connection.query(text, [...values]);
    await connection.commit();
    connection.release();
  } catch (error) {
    // Whatever was open on it dies with the connection.
    connection.destroy();
    throw error;
  }
}

export async function openMysql(url: string): Promise<{ driver: Driver; migrated: string[] }> {
  const where = placeOf(url);
  const pool = poolFor(url);
  try {
    const migrated = await migrate(pool, where);
    return { driver: driverOf(pool, where), migrated };
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw explain(error, where);
  }
}

function driverOf(pool: Pool, where: string): Driver {
  const { drizzle } = require('drizzle-orm/mysql2') as typeof import('drizzle-orm/mysql2');
  let tail: Promise<unknown> = Promise.resolve();
  return {
    dialect: 'mysql',
    where,
    tables: tables(mysqlKit),
    read: drizzle(pool as never, { casing: 'snake_case', mode: 'default' }) as unknown as Driver['read'],
    write: (puts, afterwards = []) => {
      const written = tail.then(() => transaction(pool, puts, afterwards)).catch((error: unknown) => Promise.reject(explain(error, where)));
      tail = written.catch(() => undefined);
      return written;
    },
    close: async () => {
      await tail;
      await pool.end();
    },
  };
}
