/**
 * The words that both dialects speak. `tables(kit)` in schema.ts is written once, against the MySQL kit's types; the
 * SQLite kit mirrors it member by member, and the store's tests hold both to the same behaviour. A value crosses the driver
 * in the same JavaScript form in both: money as bigint, instants as numbers, text as text.
 *
 * drizzle-orm is loaded by `require`: as an ES module it costs 430 ms and 300 MB, because its package.json is read anew for
 * each of its modules.
 */
import { createRequire } from 'node:module';
import { parseFixed } from '#server/domain/money.ts';
import { canonicalDecimal } from './decimal.ts';

const require = createRequire(import.meta.url);
const my = require('drizzle-orm/mysql-core') as typeof import('drizzle-orm/mysql-core');
const lite = require('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core');

const mysqlFixed = my.customType<{ data: bigint; driverData: string }>({
  dataType: () => 'decimal(28,9)',
  toDriver: canonicalDecimal,
  fromDriver: parseFixed,
});
const liteFixed = lite.customType<{ data: bigint; driverData: string }>({
  dataType: () => 'text',
  toDriver: canonicalDecimal,
  fromDriver: parseFixed,
});
const longText = my.customType<{ data: string; driverData: string }>({ dataType: () => 'longtext' });

export const mysqlKit = {
  table: my.mysqlTable,
  index: my.index,
  primaryKey: my.primaryKey,
  /** Our own short ids. */
  key: () => my.varchar({ length: 64 }),
  /** Names, symbols, hashes. */
  label: () => my.varchar({ length: 191 }),
  /** Text of any length. */
  text: () => longText(),
  int: () => my.bigint({ mode: 'number' }),
  /** Epoch milliseconds. */
  instant: () => my.bigint({ mode: 'number' }),
  real: () => my.double(),
  fixed: () => mysqlFixed(),
};
export type Kit = typeof mysqlKit;

const ownSqliteKit = {
  table: lite.sqliteTable,
  index: lite.index,
  primaryKey: lite.primaryKey,
  key: () => lite.text(),
  label: () => lite.text(),
  text: () => lite.text(),
  int: () => lite.integer(),
  instant: () => lite.integer(),
  real: () => lite.real(),
  fixed: () => liteFixed(),
} satisfies Record<keyof Kit, unknown>;

/** The one lie: SQLite's columns under the types of MySQL's. */
export const sqliteKit = ownSqliteKit as unknown as Kit;
