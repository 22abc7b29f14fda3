/** Heads noted outside of the database: what is cut off or written anew is missed, also when the chain itself holds. */
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anchorsFile, readAnchors } from '#server/adapters/store/anchors.ts';
import { nextHash } from '#server/adapters/store/journal.ts';
import { openJournalReader } from '#server/adapters/store/journal-reader.ts';
import type { Archive } from '#server/runtime/records.ts';
import { type Database, dialects, freshDatabase } from './database.ts';
import { ticks } from './entries.ts';

const LENGTH = 30;

describe.each(dialects)('anchors of a journal on %s', (dialect) => {
  let database: Database;
  let accounts = 0;
  beforeAll(async () => {
    database = await freshDatabase(dialect);
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  /** Anchored at 10, 20 and 30. */
  async function anchored(): Promise<Archive> {
    const archive = await database.archive({ account: `anchored-${++accounts}` });
    for (let seq = 1; seq < LENGTH; seq += 10) {
      await archive.journal.append(ticks(seq, 10));
      await archive.anchor('snapshot');
    }
    return archive;
  }

  const remove = ({ run }: Archive, above: number) => database.sql('DELETE FROM journal WHERE run = ? AND seq > ?', [run, above]);

  /** As somebody would who knows how the chain is made. */
  async function writeAnew({ run }: Archive, from: number): Promise<void> {
    let [{ hash } = {}] = await database.sql('SELECT hash FROM journal WHERE run = ? AND seq = ?', [run, from - 1]);
    for (let seq = from; seq <= LENGTH; seq++) {
      const [row] = await database.sql('SELECT text FROM journal WHERE run = ? AND seq = ?', [run, seq]);
      const text = String(row?.['text']).replace('"signals":[]', '"signals":[ ]');
      hash = nextHash(String(hash), text);
      await database.sql('UPDATE journal SET text = ?, hash = ? WHERE run = ? AND seq = ?', [text, hash, run, seq]);
    }
  }

  it('hold when nobody touched it, and when it went on', async () => {
    const archive = await anchored();
    await archive.journal.append(ticks(LENGTH + 1, 5));
    for (const from of [0, 15, 30, 35]) expect(await archive.verify(from)).toBeUndefined();
    const { anchors, torn } = readAnchors(database.home, archive.run);
    expect(anchors.map(({ seq }) => seq)).toEqual([10, 20, 30]);
    expect(torn).toBe(0);
    const [line = ''] = readFileSync(anchorsFile(database.home), 'utf8').split('\n');
    expect(Object.keys(JSON.parse(line))).toEqual(['run', 'seq', 'hash', 'at', 'why']);
    expect(statSync(anchorsFile(database.home)).mode & 0o777).toBe(0o600);
  });

  it('miss the tail that was cut off, though the chain of what is left holds', async () => {
    const archive = await anchored();
    await remove(archive, 25);
    expect(await archive.verify(0)).toMatch(/^entries 26 to 30 were cut off: the journal ended with entry 30 at 20/);
    expect(await archive.verify(25)).toMatch(/^entries 26 to 30 were cut off/);
    await remove(archive, 0);
    expect(await archive.verify(0)).toMatch(/^entries 1 to 30 were cut off/);
    await archive.close();
    const again = await database.archive({ account: `anchored-${accounts}` });
    expect(again.run).toBe(archive.run);
    expect(await again.verify(0)).toMatch(/^entries 1 to 30 were cut off/);
  });

  it('miss one entry, and name a snapshot that stands on what was cut off', async () => {
    const archive = await anchored();
    await remove(archive, 29);
    expect(await archive.verify(0)).toMatch(/^entry 30 was cut off/);
    expect(await archive.verify(30)).toBe('entry 30 is missing');
  });

  it('name the first of them after which a journal was written anew, hashes and all', async () => {
    const archive = await anchored();
    await writeAnew(archive, 13);
    expect(await archive.verify(0)).toMatch(/^entry 20 is not the one that was anchored at 20.*: the journal was written anew$/);
    expect(await archive.verify(25)).toMatch(/^entry 20 is not the one/);
  });

  it('see columns that say something else than the text', async () => {
    const archive = await anchored();
    await database.sql("UPDATE journal SET kind = 'fill' WHERE run = ? AND seq = 7", [archive.run]);
    expect(await archive.verify(0)).toBe('entry 7 was changed after it was written');
    const [before] = await database.sql('SELECT hash FROM journal WHERE run = ? AND seq = 5', [archive.run]);
    const values = ['no JSON', nextHash(String(before?.['hash']), 'no JSON'), archive.run];
    await database.sql('UPDATE journal SET text = ?, hash = ? WHERE run = ? AND seq = 6', values);
    expect(await archive.verify(0)).toBe('entry 6 was changed after it was written');
  });

  it('are those of their own run', async () => {
    await anchored();
    const other = await database.archive({ account: `short-${accounts}` });
    await other.journal.append(ticks(1, 2));
    expect(await other.verify(0)).toBeUndefined();
  });

  it('lose no line but the one that a crash has torn', async () => {
    const archive = await anchored();
    appendFileSync(anchorsFile(database.home), `{"run":"${archive.run}","seq":40,"ha`);
    expect(await archive.verify(0)).toBeUndefined();
    expect(readAnchors(database.home, archive.run)).toMatchObject({ torn: 1 });
    await archive.journal.append(ticks(LENGTH + 1, 1));
    await archive.anchor('stop');
    const { anchors, torn } = readAnchors(database.home, archive.run);
    expect(anchors.at(-1)).toMatchObject({ seq: 31, why: 'stop' });
    expect(torn).toBe(1);
    expect(readFileSync(anchorsFile(database.home), 'utf8').endsWith('\n')).toBe(true);
  });

  it('are read beside the daemon that writes, with everything that is sound so far', async () => {
    const archive = await anchored();
    const reader = await openJournalReader(database.url, database.home);
    try {
      const { anchors } = readAnchors(database.home, archive.run);
      expect(await reader.check(archive.run, anchors)).toMatchObject({ head: { seq: LENGTH }, broken: undefined });
      expect((await reader.runs()).map(({ id }) => id)).toContain(archive.run);
      await remove(archive, 12);
      expect(await reader.check(archive.run, anchors)).toMatchObject({ head: { seq: 12 }, broken: { kind: 'cutOff', seq: 13 } });
      expect((await reader.entries(archive.run, 10, 9)).map(({ seq }) => seq)).toEqual([11, 12]);
    } finally {
      await reader.close();
    }
  });

  it('are not made of nothing', async () => {
    const fresh = await freshDatabase('sqlite');
    const archive = await fresh.archive();
    await archive.anchor('start');
    expect(existsSync(anchorsFile(fresh.home))).toBe(false);
    await fresh[Symbol.asyncDispose]();
  });
});
