/** A database is brought to this version's tables once, whoever comes first; and one that does not fit is refused. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { StoreError } from '#server/adapters/store/error.ts';
import { migrationsOf } from '#server/adapters/store/migrate.ts';
import { openArchive, openDatabase } from '#server/adapters/store/open.ts';
import { encode } from '#server/runtime/codec.ts';
import { startChild } from './child.ts';
import { type Database, dialects, freshDatabase, mysql } from './database.ts';
import { EVENTS, entry, ordersOf, signal, ticks, written } from './entries.ts';

let database: Database;
afterEach(async () => await database[Symbol.asyncDispose]());

async function open(): Promise<string[]> {
  const { driver, migrated } = await openDatabase(database.url, database.home);
  await driver.close();
  return migrated;
}

const KILLS = 5;
const KILL_STEP_MS = { sqlite: 10, mysql: 60 };

describe.each(dialects)('migrating %s', (dialect) => {
  const all = migrationsOf(dialect).map(({ tag }) => tag);
  beforeEach(async () => {
    database = await freshDatabase(dialect);
  });

  it('tells what it did, once', async () => {
    expect(await open()).toEqual(all);
    expect(await open()).toEqual([]);
  });

  it('makes every table with every column', async () => {
    const driver = await database.driver();
    for (const table of Object.values(driver.tables)) expect(await driver.read((from) => from.select().from(table).limit(1))).toEqual([]);
  });

  it('is done by one of several processes that open a fresh database at once', async () => {
    const children = await Promise.all([startChild(), startChild(), startChild(), startChild()]);
    try {
      for (const child of children) child.begin({ verb: 'open', url: database.url, home: database.home });
      const said = await Promise.all(children.map((child) => child.next()));
      const winners = said.filter((one) => JSON.stringify(one) === JSON.stringify({ migrated: all }));
      const others = said.filter((one) => JSON.stringify(one) === '{"migrated":[]}');
      expect({ said, winners: winners.length, others: others.length }).toMatchObject({ winners: 1, others: 3 });
    } finally {
      await Promise.all(children.map((child) => child.kill()));
    }
  });

  it('goes on after a process that was killed at any moment of it', { timeout: 60_000 }, async () => {
    for (let round = 0; round < KILLS; round++) {
      await using child = await startChild();
      child.begin({ verb: 'open', url: database.url, home: database.home });
      // Some before it began, some in the middle, the last after its end.
      await pause(round * KILL_STEP_MS[dialect]);
      await child.kill();
    }
    await open();
    expect(await open()).toEqual([]);
    const driver = await database.driver();
    for (const table of Object.values(driver.tables)) expect(await driver.read((from) => from.select().from(table).limit(1))).toEqual([]);
  });

  it('refuses a database whose migration was another', async () => {
    await open();
    await database.sql("UPDATE migrations SET hash = 'other' WHERE tag = '0000_init'");
    await expect(open()).rejects.toThrow(/migration 0000_init was changed after it was applied .*restore the migration file/);
    await expect(open()).rejects.toBeInstanceOf(StoreError);
  });

  it('refuses a database from the future', async () => {
    await open();
    await database.sql("INSERT INTO migrations (tag, hash) VALUES ('0999_future', 'x')");
    await expect(open()).rejects.toThrow(/newer than this program: it has migration 0999_future .*update the program/);
  });

  it('refuses a database in which someone else has a table of that name, every time', async () => {
    await database.sql('CREATE TABLE orders (mine INT)');
    for (let attempt = 0; attempt < 3; attempt++) await expect(open()).rejects.toThrow(/orders.* already exists/);
    await database.sql('DROP TABLE orders');
    expect(await open()).toEqual(all);
  });
});

describe('migrating MySQL', () => {
  beforeEach(async () => {
    database = await freshDatabase('mysql');
  });

  it.each([
    ['before', 4],
    ['after', 5],
  ])('goes on where it was cut off, %s the statement took', async (_, taken) => {
    await open();
    const [{ tag, statements } = { tag: '', statements: [] }] = migrationsOf('mysql');
    // Undoes what came after it, the last first.
    for (const text of statements.slice(taken).reverse()) {
      const [, what, name, table] = /^CREATE (TABLE|INDEX) `(\w+)`(?: ON `(\w+)`)?/.exec(text) ?? [];
      await database.sql(what === 'TABLE' ? `DROP TABLE ${name}` : `DROP INDEX ${name} ON ${table}`);
    }
    await database.sql('DELETE FROM migrations WHERE tag = ?', [tag]);
    await database.sql('UPDATE migration_steps SET begun = 5, done = 4 WHERE tag = ?', [tag]);
    expect(await open()).toEqual([tag]);
    const archive = await database.archive();
    await written(archive, [entry(1, EVENTS.fill, { signals: [signal()] })], ordersOf(archive, 1, 1));
    expect(await archive.verify(0)).toBeUndefined();
  });

  it('does not depend on the character set of the database or the mode of the server', async () => {
    const server = inject('mysql');
    const name = `latin_${process.pid}`;
    await mysql(server, `CREATE DATABASE ${name} CHARACTER SET latin1 COLLATE latin1_swedish_ci`);
    const before = await mysql(server, 'SELECT @@GLOBAL.sql_mode AS mode');
    try {
      await mysql(server, "SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'");
      const archive = await openArchive({ url: `${server}/${name}`, home: '', mode: 'demo', account: 'Ä🚀', nowMs: 1_750_000_000_000 });
      const entries = [entry(1, EVENTS.killEngaged), entry(2, EVENTS.killReleased), ...ticks(3, 1)];
      await archive.journal.append(entries);
      expect((await archive.records.entriesAfter(0, 9)).map(encode)).toEqual(entries.map(encode));
      await archive.close();
    } finally {
      await mysql(server, 'SET GLOBAL sql_mode = ?', [String(before[0]?.['mode'])]);
      await mysql(server, `DROP DATABASE ${name}`);
    }
  });
});
