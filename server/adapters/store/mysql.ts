/**
 * MySQL, MariaDB and TiDB through mysql2; loaded only when a DATABASE_URL asks for it. One connection writes, others read.
 * Everything has an end: a server that falls silent is an error, never a wait without one.
 */
import { createRequire } from 'node:module';
import type { Pool, PoolConnection } from 'mysql2/promise';
import { mysqlKit } from '#drizzle/kit.ts';
import { tables } from '#drizzle/schema.ts';
import { COLUMNS, type Driver, type Put, type Reading, type ReadingDriver, type Statement, type Value } from './driver.ts';
import { explain, isLost, StoreError } from './error.ts';
import type { Sight } from './look.ts';
import { migrateMysql, waitingInMysql } from './mysql-migrate.ts';
import { placeOf } from './mysql-url.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 10_000;
const READERS = 5;
/** One INSERT stays far below every server's max_allowed_packet, whatever its characters weigh. */
const CHUNK_ROWS = 1_000;
const CHUNK_CHARACTERS = 1_000_000;
/** Refuse what does not fit instead of cutting it off; a backslash in our quoting is a backslash; a statement alone is a transaction. */
const SESSION = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', SESSION autocommit = 1";

const require = createRequire(import.meta.url);

function poolFor(url: string, connectionLimit: number): Pool {
  const mysql = require('mysql2/promise') as typeof import('mysql2/promise');
  const pool = mysql.createPool({
    uri: url.replace(/^(mariadb|tidb):/, 'mysql:'),
    timezone: 'Z',
    supportBigNumbers: true,
    charset: 'utf8mb4_bin',
    connectionLimit,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  });
  // Runs before whatever the connection was made for.
  pool.on('connection', (connection) => {
    // What is handed out here is the connection below the promises, whatever its type says.
    const { query } = connection as unknown as { query: (text: string, told: (error: Error | null) => void) => void };
    query.call(connection, SESSION, (error) => {
      if (error !== null) connection.destroy();
    });
  });
  return pool;
}

function textOf({ table, whenThere }: Pick<Put, 'table' | 'whenThere'>): string {
  const { names, fixed } = COLUMNS[table];
  const insert = `INSERT INTO \`${table}\` (${names.map((name) => `\`${name}\``).join(', ')}) VALUES ?`;
  if (whenThere === 'refuse') return insert;
  // With nothing to change the key is set to itself: INSERT IGNORE would also swallow a bad value.
  const set = fixed < names.length ? names.slice(fixed).map((name) => `\`${name}\` = VALUES(\`${name}\`)`) : ['`run` = `run`'];
  return `${insert} ON DUPLICATE KEY UPDATE ${set.join(', ')}`;
}

function* chunksOf(rows: Put['rows']): Generator<(readonly Value[])[]> {
  let chunk: (readonly Value[])[] = [];
  let characters = 0;
  for (const row of rows) {
    const more = row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
    if (chunk.length > 0 && (chunk.length >= CHUNK_ROWS || characters + more > CHUNK_CHARACTERS)) {
      yield chunk;
      [chunk, characters] = [[], 0];
    }
    chunk.push(row);
    characters += more;
  }
  if (chunk.length > 0) yield chunk;
}

/** One statement is all or nothing by itself: a turn's entries cost one way to the server and back instead of three. */
async function writeAll(connection: PoolConnection, puts: readonly Put[], afterwards: readonly Statement[]): Promise<void> {
  const inserts = puts.flatMap((put) => [...chunksOf(put.rows)].map((rows) => ({ text: textOf(put), values: [rows] })));
  const statements = [...inserts, ...afterwards];
  const isAlone = statements.length === 1;
  if (!isAlone) await connection.beginTransaction();
  for (const { text, values } of statements) await connection.query(text, [...values]);
  if (!isAlone) await connection.commit();
}

/** What the server has to say within the time; afterwards nobody listens. */
async function within<T>(timeoutMs: number, where: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const remedy = 'check the network and the server; it is tried again';
    timer = setTimeout(() => reject(new StoreError('the database server does not answer in time', where, remedy)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export async function openMysql(url: string, answerTimeoutMs = ANSWER_TIMEOUT_MS): Promise<{ driver: Driver; migrated: string[] }> {
  const where = placeOf(url);
  const writing = poolFor(url, 1);
  try {
    const migrated = await migrateMysql(writing, where);
    return { driver: driverOf({ writing, reading: poolFor(url, READERS), where, answerTimeoutMs }), migrated };
  } catch (error) {
    await writing.end().catch(() => undefined);
    throw explain(error, where);
  }
}

/** For the doctor: nothing is changed. */
export async function lookAtMysql(url: string): Promise<Sight> {
  const where = placeOf(url);
  const pool = poolFor(url, 1);
  try {
    return { dialect: 'mysql', where, waiting: await waitingInMysql(pool, where) };
  } catch (error) {
    throw explain(error, where);
  } finally {
    await pool.end();
  }
}

interface Parts {
  readonly writing: Pool;
  readonly reading: Pool;
  readonly where: string;
  readonly answerTimeoutMs: number;
}

async function transaction({ writing, where, answerTimeoutMs }: Parts, puts: readonly Put[], afterwards: readonly Statement[]) {
  const connection = await writing.getConnection();
  try {
    await within(answerTimeoutMs, where, writeAll(connection, puts, afterwards));
    connection.release();
  } catch (error) {
    // Whatever was open on it dies with the connection.
    connection.destroy();
    throw explain(error, where);
  }
}

/** Beside a daemon that writes: nothing is made or migrated. */
export function readMysql(url: string): ReadingDriver {
  const [where, reading] = [placeOf(url), poolFor(url, 1)];
  const read = readingOf({ reading, where, answerTimeoutMs: ANSWER_TIMEOUT_MS });
  return { where, tables: tables(mysqlKit), read, close: () => reading.end() };
}

function readingOf({ reading, where, answerTimeoutMs }: Omit<Parts, 'writing'>): Driver['read'] {
  const { drizzle } = require('drizzle-orm/mysql2') as typeof import('drizzle-orm/mysql2');
  const from = drizzle(reading as never, { casing: 'snake_case', mode: 'default' }) as unknown as Reading;
  const once = async <T>(query: (from: Reading) => PromiseLike<T>): Promise<T> =>
    await within(answerTimeoutMs, where, Promise.resolve(query(from)));
  return async (query) => {
    try {
      // A connection that died while it lay idle is noticed only by using it; reading twice does no harm.
      return await once(query).catch((error: unknown) => (isLost(error) ? once(query) : Promise.reject(error)));
    } catch (error) {
      throw explain(error, where);
    }
  };
}

function driverOf(parts: Parts): Driver {
  const { writing, reading, where } = parts;
  let tail: Promise<unknown> = Promise.resolve();
  const write: Driver['write'] = (puts, afterwards = []) => {
    const written = tail.then(() => transaction(parts, puts, afterwards)).catch((error: unknown) => Promise.reject(explain(error, where)));
    tail = written.catch(() => undefined);
    return written;
  };
  return {
    dialect: 'mysql',
    where,
    tables: tables(mysqlKit),
    read: readingOf(parts),
    write,
    // How soon a commit is durable is the server's setting.
    writeBehind: (puts) => write(puts),
    close: async () => {
      await tail;
      await Promise.all([writing.end(), reading.end()]);
    },
  };
}
