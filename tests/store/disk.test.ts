/**
 * A disk that is full, and one that fails. Full is told before anything was committed: the same entries are tried until there is space.
 * After an error of reading, writing or flushing the handle is not trusted again: the daemon latches and ends, and a start reads what is there.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { explain } from '#server/adapters/store/error.ts';
import { openArchive, sqliteFile } from '#server/adapters/store/open.ts';
import type { Event } from '#server/engine/event.ts';
import { Daemon } from '#server/runtime/daemon.ts';
import { isFatal } from '#server/runtime/ports.ts';
import { AAPL, bar, instrument, NOON, plan, statement } from '#tests/support/builders.ts';
import { FakeWorld, silentLog } from '#tests/support/fake-world.ts';
import { smallDisk } from '#tests/support/small-disk.ts';
import { entry, signal } from './entries.ts';

const OPTIONS = { url: undefined, mode: 'demo', account: 'A1', nowMs: 1_750_000_000_000 };
const PROGRAM = fileURLToPath(new URL('limited-program.ts', import.meta.url));
/** In blocks of 512 bytes: enough for the tables and some entries. */
const FILE_LIMIT = 1_200;

describe('a disk that fails', () => {
  it('ends the writing for good: the same handle is never tried again, and another one finds all that was acknowledged', async () => {
    const home = mkdtempSync(join(tmpdir(), 'tradar-fails-'));
    try {
      const command = `ulimit -f ${FILE_LIMIT}; exec "$0" "$1" "$2"`;
      const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, PROGRAM, home]);
      const said = JSON.parse(stdout) as { last: number };
      expect(said).toMatchObject({ fatal: true, isSame: true, snapshot: 'refused', what: expect.stringMatching(/the disk fails/) });
      expect(said.last).toBeGreaterThan(0);
      const archive = await openArchive({ ...OPTIONS, home });
      expect(await archive.records.entriesAfter(0, 1_000_000)).toHaveLength(said.last);
      expect(await archive.verify(0)).toBeUndefined();
      await archive.close();
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it.each([
    [5, false], // SQLITE_BUSY
    [517, false], // SQLITE_BUSY_SNAPSHOT
    [6, false], // SQLITE_LOCKED
    [13, false], // SQLITE_FULL
    [10, true], // SQLITE_IOERR
    [778, true], // SQLITE_IOERR_WRITE
    [1034, true], // SQLITE_IOERR_FSYNC
    [1290, true], // SQLITE_IOERR_DIR_FSYNC
    [11, true], // SQLITE_CORRUPT
    [26, true], // SQLITE_NOTADB
    [1032, true], // SQLITE_READONLY_DBMOVED
  ])('by SQLite’s result code: %d, is it over? %s', (errcode, isOver) => {
    expect(isFatal(explain(Object.assign(new Error('x'), { errcode }), 'file'))).toBe(isOver);
  });
});

describe('the write-ahead log', () => {
  const logBytes = (home: string): number => statSync(`${sqliteFile(home)}-wal`).size;

  it('has its room from the start, and neither grows nor leaves anything in the database', async () => {
    const home = mkdtempSync(join(tmpdir(), 'tradar-log-'));
    try {
      const archive = await openArchive({ ...OPTIONS, home });
      const [log, database] = [logBytes(home), statSync(sqliteFile(home)).size];
      expect(log).toBeGreaterThan(4_000_000);
      for (let seq = 1; seq <= 1_500; seq++) {
        const entries = [entry(seq, undefined, { signals: [signal()] })];
        await archive.journal.append(entries);
        await archive.journal.record(entries, []);
      }
      expect(logBytes(home)).toBe(log);
      expect(statSync(sqliteFile(home)).size).toBeGreaterThan(database);
      await archive.close();
      const raw = new DatabaseSync(sqliteFile(home), { readOnly: true });
      expect(raw.prepare("SELECT name FROM sqlite_master WHERE name = 'room'").all()).toEqual([]);
      expect(raw.prepare('SELECT count(*) AS entries FROM journal').get()).toMatchObject({ entries: 1_500 });
      raw.close();
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it('takes none where there is not enough', async ({ skip }) => {
    using disk = smallDisk('3M');
    if (disk === undefined) return skip('a small file system can not be mounted here');
    const archive = await openArchive({ ...OPTIONS, home: disk.path });
    expect(logBytes(disk.path)).toBeLessThan(1_000_000);
    await archive.journal.append([entry(1)]);
    expect(await archive.verify(0)).toBeUndefined();
    await archive.close();
  });
});

const ticked: Event = { kind: 'feedRestored', feed: 'stocks' };

describe('a disk that is full', () => {
  it('closes the latch, lets cancels leave, and the daemon goes on where it was when there is space again', async ({ skip }) => {
    using disk = smallDisk('4M');
    if (disk === undefined) return skip('a small file system can not be mounted here');
    const archive = await openArchive({ ...OPTIONS, home: disk.path });
    const world = new FakeWorld();
    const daemon = await Daemon.start({
      ...{ world: Object.assign(world, { archive }), plan: plan(), planText: 'p', readPlan: () => plan(), mode: 'test', version: '1' },
      ...{ config: () => ({}), sentinelIsSet: () => false, coolDownMs: 0, reconcileEveryMs: 60_000, log: silentLog },
    });
    const { tell, gate } = world.connected!;
    tell({ kind: 'instruments', instruments: [instrument(AAPL)] });
    tell({ kind: 'calendar', sessions: [{ date: 'd', opensAt: NOON, closesAt: (NOON + 86_400_000) as typeof NOON }] });
    await daemon.desk.durable({ kind: 'statement', statement: statement() });
    disk.fill();
    let written = false;
    // Larger than what is left in the pages of the file.
    const big = daemon.desk.durable({ kind: 'fault', where: 'x'.repeat(100_000), reason: 'a long story' }).then(() => {
      written = true;
    });
    tell({ kind: 'bar', bar: bar(0, 100), history: false });
    while (daemon.desk.health().journal !== 'failing') await new Promise((resolve) => setImmediate(resolve));
    expect(gate.level()).toBe('cancelOpening');
    expect(written).toBe(false);
    expect(world.performed.filter(({ kind }) => kind === 'place')).toEqual([]);
    void daemon.desk.engage('cancelAll', 'me', 'now');
    while (!world.performed.some(({ kind }) => kind === 'cancelEverything')) await new Promise((resolve) => setImmediate(resolve));
    disk.free();
    await big;
    await daemon.desk.durable(ticked);
    expect(daemon.desk.health().journal).toBe('ok');
    await daemon.stop('test', { cancelOrders: false, drainMs: 1_000 });
    expect(await archive.verify(0)).toBeUndefined();
    await archive.close();
  });
});
