/** What goes wrong with a database is told as what, where and the remedy, and never with the password. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkStore } from '#server/adapters/store/check.ts';
import { StoreError } from '#server/adapters/store/error.ts';
import { openArchive, openDatabase, sqliteFile } from '#server/adapters/store/open.ts';
import { openSqlite } from '#server/adapters/store/sqlite.ts';
import { startChild } from './child.ts';
import { dialects, freshDatabase } from './database.ts';
import { ticks } from './entries.ts';

const PASSWORD = 's3same';

/** The complaint, after looking for the password in all that a log might show of it. */
async function complaintOf(attempt: () => unknown): Promise<StoreError> {
  const error = await Promise.resolve()
    .then(attempt)
    .then(
      () => new Error('it did not fail'),
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(StoreError);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(PASSWORD);
  const complaint = error as StoreError;
  expect(complaint.message).toBe(`${complaint.what} (${complaint.where}): ${complaint.remedy}`);
  return complaint;
}

describe('a SQLite file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tradar-errors-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('that another process has locked is told so: at the start after a while, later soon', async () => {
    await using database = await freshDatabase('sqlite');
    const archive = await database.archive();
    await archive.journal.append(ticks(1, 1));
    await using child = await startChild();
    child.begin({ verb: 'lock', url: undefined, home: database.home });
    expect(await child.next()).toBe('locked');
    const file = sqliteFile(database.home);
    const atStart = await complaintOf(() => openSqlite(file, 100));
    expect(atStart).toMatchObject({ what: 'the database is locked by another process', where: file });
    expect(atStart.remedy).toMatch(/^stop the other program/);
    const began = performance.now();
    const later = await complaintOf(() => archive.journal.append(ticks(2, 1)));
    expect(later.what).toBe(atStart.what);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await archive.records.entriesAfter(0, 9)).toHaveLength(1);
    await child.kill();
    await archive.journal.append(ticks(2, 1));
    expect(await archive.verify(0)).toBeUndefined();
  });

  it.each([
    ['below a file', (home: string) => writeFileSync(home, ''), 'the database file can not be opened', /folder exists and is writable/],
    [
      'that is a folder',
      (home: string) => mkdirSync(sqliteFile(home), { recursive: true }),
      'the database file can not be opened',
      /folder exists and is writable/,
    ],
    [
      'that is something else',
      (home: string) => {
        mkdirSync(home);
        writeFileSync(
          sqliteFile(home),
          'these are my memoirs, in rather more than a hundred bytes, so that it is no empty file'.repeat(99),
        );
      },
      'the file is not a sound SQLite database',
      /restore it from a backup/,
    ],
  ])('%s is told so', async (name, prepare, what, remedy) => {
    const home = join(folder, name);
    prepare(home);
    const complaint = await complaintOf(() => openDatabase(undefined, home));
    expect(complaint).toMatchObject({ what, where: sqliteFile(home) });
    expect(complaint.remedy).toMatch(remedy);
    expect(await checkStore(undefined, home)).toEqual({ ok: false, detail: `${what} (${complaint.where})`, remedy: complaint.remedy });
  });

  it('in which a table is missing is told with the reason', async () => {
    await using database = await freshDatabase('sqlite');
    const archive = await database.archive();
    await database.sql('DROP TABLE journal');
    const reading = await complaintOf(() => archive.records.entriesAfter(0, 1));
    expect(reading.what).toBe('the database failed: no such table: journal');
    expect((await complaintOf(() => archive.verify(0))).where).toBe(sqliteFile(database.home));
  });
});

describe('a MySQL server', () => {
  const server = () => new URL(inject('mysql'));
  const at = (changes: Partial<URL>): string => Object.assign(new URL(`${server().href}/mysql`), changes).href;

  it.each([
    ['that is down', () => at({ port: '1', password: PASSWORD }), 'the database server does not answer', /start it/],
    ['that refuses the password', () => at({ password: PASSWORD }), 'the database refuses the user or the password', /DATABASE_URL/],
    ['without the database', () => at({ pathname: '/nowhere' }), 'the database does not exist', /CREATE DATABASE/],
  ])('%s is told so', async (_, url, what, remedy) => {
    const complaint = await complaintOf(() => openArchive({ url: url(), home: '', mode: 'demo', account: 'A', nowMs: 0 }));
    const { host, pathname } = new URL(url());
    expect(complaint).toMatchObject({ what, where: `mysql://${host}${pathname}` });
    expect(complaint.remedy).toMatch(remedy);
    expect(await checkStore(url(), '')).toMatchObject({ ok: false, remedy: complaint.remedy });
  });

  it.each([
    ['not a url', 'can not be read'],
    [`mysql://app:${PASSWORD}@host:port/name`, 'can not be read'],
    [`mysql://app:pa/${PASSWORD}@host/name`, 'can not be read'],
    [`mysql://app:12#${PASSWORD}@host/name`, 'can not be read'],
    [`mysql://12/${PASSWORD}@host/name`, 'can not be read'],
    [`postgres://app:${PASSWORD}@host/name`, 'begins with postgres:'],
    [`mysql://app:${PASSWORD}@host`, 'names no host or no database'],
    [`mysql://app:${PASSWORD}@host/`, 'names no host or no database'],
    [`mysql:///name?password=${PASSWORD}`, 'names no host or no database'],
  ])('whose URL is malformed is told so: %s', async (url, what) => {
    const complaint = await complaintOf(() => openDatabase(url, ''));
    expect(complaint.what).toContain(what);
    expect(complaint.where).toBe('DATABASE_URL');
    expect(complaint.remedy).toContain('mysql://user:password@host:3306/name');
  });
});

describe.each(dialects)('a sound database on %s', (dialect) => {
  it('is told so, and looking at it changes nothing', async () => {
    await using database = await freshDatabase(dialect);
    const place =
      database.url === undefined ? sqliteFile(database.home) : `mysql://${new URL(database.url).host}${new URL(database.url).pathname}`;
    const waiting = { ok: true, detail: `${dialect} at ${place}; the next start migrates it (0000_init)` };
    expect(await checkStore(database.url, database.home)).toEqual(waiting);
    expect(await checkStore(database.url, database.home)).toEqual(waiting);
    expect(readdirSync(database.home)).toEqual([]);
    const archive = await database.archive();
    await archive.journal.append(ticks(1, 3));
    const well = { ok: true, detail: `${dialect} at ${place}` };
    expect(await checkStore(database.url, database.home)).toEqual(well);
    await archive.journal.append(ticks(4, 3));
    expect(await archive.verify(0)).toBeUndefined();
    await database.sql("UPDATE migrations SET hash = 'another'");
    expect(await checkStore(database.url, database.home)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/0000_init was changed/),
    });
  });
});
