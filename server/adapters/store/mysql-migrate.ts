/**
 * Migrates MySQL, whose CREATE and ALTER can not be rolled back: each statement is noted before and after it ran, so that a
 * migration which was cut off goes on where it was.
 */
import type { Connection, Pool } from 'mysql2/promise';
import { explain, StoreError } from './error.ts';
import { APPLIED_TABLE, type Applied, type Migration, migrationsOf, pending } from './migrate.ts';

const LOCK_SECONDS = 60;
/** Whatever the database's own default is: keys are told apart byte by byte, and text has emoji. */
const CHARACTER_SET = 'DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const STEPS_TABLE = `CREATE TABLE IF NOT EXISTS migration_steps (tag VARCHAR(191) NOT NULL PRIMARY KEY, begun INT NOT NULL, done INT NOT NULL) ${CHARACTER_SET}`;
/** The table, column, index or key is there already, or the one to drop is gone. */
const ALREADY_DONE = new Set([
  'ER_TABLE_EXISTS_ERROR',
  'ER_DUP_FIELDNAME',
  'ER_DUP_KEYNAME',
  'ER_CANT_DROP_FIELD_OR_KEY',
  'ER_BAD_TABLE_ERROR',
]);

export async function migrateMysql(pool: Pool, where: string): Promise<string[]> {
  const connection = await pool.getConnection();
  try {
    // A named lock belongs to its connection, and is per server: so it carries the database's name.
    const [rows] = await connection.query(`SELECT GET_LOCK(CONCAT(DATABASE(), '.migrate'), ${LOCK_SECONDS}) AS got`);
    if ((rows as { got: number | null }[])[0]?.got !== 1)
      throw new StoreError('another process is migrating the database', where, 'wait for it and start again');
    const todo = await pendingOf(connection, where);
    for (const migration of todo) await apply(connection, migration);
    return todo.map(({ tag }) => tag);
  } catch (error) {
    throw explain(error, where);
  } finally {
    await connection.query("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.migrate'))").catch(() => undefined);
    connection.release();
  }
}

async function pendingOf(connection: Connection, where: string): Promise<Migration[]> {
  await connection.query(`${APPLIED_TABLE} ${CHARACTER_SET}`);
  const [applied] = await connection.query('SELECT tag, hash FROM migrations');
  return pending(migrationsOf('mysql'), applied as unknown as Applied[], where);
}

/** Those that the next start applies. */
export async function waitingInMysql(pool: Pool, where: string): Promise<string[]> {
  const [found] = await pool.query("SHOW TABLES LIKE 'migrations'");
  const isNew = (found as unknown[]).length === 0;
  const [applied] = isNew ? [[]] : await pool.query('SELECT tag, hash FROM migrations');
  return pending(migrationsOf('mysql'), applied as unknown as Applied[], where).map(({ tag }) => tag);
}

async function apply(connection: Connection, { tag, hash, statements }: Migration): Promise<void> {
  await connection.query(STEPS_TABLE);
  await connection.query('INSERT INTO migration_steps (tag, begun, done) VALUES (?, 0, 0) ON DUPLICATE KEY UPDATE tag = tag', [tag]);
  const [rows] = await connection.query('SELECT begun, done FROM migration_steps WHERE tag = ?', [tag]);
  const { begun, done } = (rows as { begun: number; done: number }[])[0] ?? { begun: 0, done: 0 };
  for (let nth = done; nth < statements.length; nth++) {
    const text = statements[nth] ?? '';
    await connection.query('UPDATE migration_steps SET begun = ? WHERE tag = ?', [nth + 1, tag]);
    try {
      await connection.query(/^CREATE TABLE/i.test(text) ? `${text.replace(/;$/, '')} ${CHARACTER_SET}` : text);
    } catch (error) {
      if (!(begun === nth + 1 && ALREADY_DONE.has(String((error as { code?: unknown }).code)))) {
        // The server's word that it did not take: it is not under suspicion at the next start.
        await connection.query('UPDATE migration_steps SET begun = ? WHERE tag = ?', [nth, tag]).catch(() => undefined);
        throw error;
      }
    }
    await connection.query('UPDATE migration_steps SET done = ? WHERE tag = ?', [nth + 1, tag]);
  }
  await connection.query('INSERT INTO migrations (tag, hash) VALUES (?, ?)', [tag, hash]);
}
