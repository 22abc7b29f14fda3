/** Connections to the MySQL server that are dropped or fall silent: the next try succeeds, and nothing is there twice. */
import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { anchorsIn } from '#server/adapters/store/anchors.ts';
import { openMysql } from '#server/adapters/store/mysql.ts';
import { archiveOf } from '#server/adapters/store/open.ts';
import type { Archive } from '#server/runtime/records.ts';
import { pausingProxy } from '#tests/support/proxy.ts';
import { type Database, freshDatabase, mysql } from './database.ts';
import { entry, signal, ticks, written } from './entries.ts';

const ANSWER_TIMEOUT_MS = 400;

describe('a connection to MySQL', () => {
  let database: Database;
  beforeEach(async () => {
    database = await freshDatabase('mysql');
  });
  afterEach(async () => await database[Symbol.asyncDispose]());

  const name = () => new URL(database.url ?? '').pathname.slice(1);

  /** The server's connections to this test's database, but for the one that asks. */
  async function connections(state = '%'): Promise<number[]> {
    const rows = await mysql(inject('mysql'), 'SELECT ID FROM information_schema.PROCESSLIST WHERE DB = ? AND STATE LIKE ?', [
      name(),
      state,
    ]);
    return rows.map((row) => Number(row['ID']));
  }

  async function killAll(ids: readonly number[]): Promise<void> {
    for (const id of ids) await mysql(inject('mysql'), `KILL CONNECTION ${id}`);
  }

  /** Tries until it works; how often it failed. */
  async function failuresOf(work: () => Promise<void>): Promise<number> {
    for (let failures = 0; ; failures++) {
      try {
        await work();
        return failures;
      } catch (error) {
        if (failures === 5) throw error;
      }
    }
  }

  async function insist({ journal }: Archive, seq: number): Promise<number> {
    const entries = [entry(seq, undefined, { signals: [signal()] })];
    return (await failuresOf(() => journal.append(entries))) + (await failuresOf(() => journal.record(entries, [])));
  }

  it('may be killed while idle: an append fails once at most, a read not at all', async () => {
    const archive = await database.archive();
    for (let seq = 1; seq <= 5; seq++) {
      await archive.records.entriesAfter(0, 1);
      const open = await connections();
      expect(open.length).toBeGreaterThanOrEqual(2);
      await killAll(open);
      if (seq % 2 === 0) expect(await archive.records.entriesAfter(0, 10)).toHaveLength(seq - 1);
      expect(await insist(archive, seq)).toBeLessThanOrEqual(1);
    }
    expect(await archive.records.entriesAfter(0, 10)).toHaveLength(5);
    expect(await archive.verify(0)).toBeUndefined();
  });

  it.each(['journal', 'signals'])('may be killed in the middle of a write to %s: it is told, and the retry succeeds', async (table) => {
    const archive = await database.archive();
    const locker = await createConnection(database.url ?? '');
    await locker.query(`LOCK TABLES ${table} WRITE`);
    const entries = [entry(1, undefined, { signals: [signal()] })];
    if (table === 'signals') await archive.journal.append(entries);
    const write = () => (table === 'journal' ? archive.journal.append(entries) : archive.journal.record(entries, []));
    const append = write();
    const failed = expect(append).rejects.toThrow(/connection to the database was lost .*opened again/);
    let waiting: number[] = [];
    while (waiting.length === 0) waiting = await connections('%lock%');
    await killAll(waiting);
    await failed;
    await locker.end();
    await write();
    if (table === 'journal') await archive.journal.record(entries, []);
    expect(await archive.records.entriesAfter(0, 10)).toHaveLength(1);
    expect((await archive.records.signals({ limit: 9 })).items).toHaveLength(1);
    expect(await archive.verify(0)).toBeUndefined();
  });

  it('may be killed in the middle of a read, which is asked again', async () => {
    const archive = await database.archive();
    await written(archive, [entry(1, undefined, { signals: [signal()] })]);
    const locker = await createConnection(database.url ?? '');
    await locker.query('LOCK TABLES signals WRITE');
    const read = archive.records.signals({ limit: 9 });
    let waiting: number[] = [];
    while (waiting.length === 0) waiting = await connections('%lock%');
    await killAll(waiting);
    await locker.end();
    expect((await read).items).toHaveLength(1);
  });

  it('may fall silent: writes and reads end in time, and it goes on when the server is heard again', async () => {
    await using proxy = await pausingProxy(new URL(database.url ?? ''));
    const { driver } = await openMysql(proxy.url, ANSWER_TIMEOUT_MS);
    try {
      const archive = await archiveOf(driver, { mode: 'demo', account: 'A1', nowMs: 1_750_000_000_000 }, anchorsIn(database.home));
      await archive.journal.append(ticks(1, 1));
      await archive.records.entriesAfter(0, 1);
      proxy.pause();
      await expect(archive.journal.append(ticks(2, 2))).rejects.toThrow(/does not answer in time/);
      await expect(archive.records.entriesAfter(0, 1)).rejects.toThrow(/does not answer in time/);
      proxy.resume();
      proxy.cut();
      await archive.journal.append(ticks(2, 2));
      expect(await archive.records.entriesAfter(0, 10)).toHaveLength(3);
      expect(await archive.verify(0)).toBeUndefined();
    } finally {
      await driver.close();
    }
  });

  it('may be cut at any moment of many appends, and nothing is lost or there twice', async () => {
    await using proxy = await pausingProxy(new URL(database.url ?? ''));
    const { driver } = await openMysql(proxy.url, 5_000);
    try {
      const archive = await archiveOf(driver, { mode: 'demo', account: 'A1', nowMs: 1_750_000_000_000 }, anchorsIn(database.home));
      for (let seq = 1; seq <= 60; seq++) {
        const delay = seq % 12;
        let turns = 0;
        const cutLater = (): void => {
          if (turns++ < delay) setImmediate(cutLater);
          else proxy.cut();
        };
        if (seq % 2 === 0) setImmediate(cutLater);
        await insist(archive, seq);
      }
      expect((await archive.records.entriesAfter(0, 100)).map(({ seq }) => seq)).toEqual(ticks(1, 60).map(({ seq }) => seq));
      expect((await archive.records.signals({ limit: 100 })).items).toHaveLength(60);
      expect(await archive.verify(0)).toBeUndefined();
    } finally {
      await driver.close();
    }
  });
});
