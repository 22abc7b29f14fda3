/** The chain of hashes: it holds over restarts, and every way to tamper with it is found and named. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genesisHash, nextHash } from '#server/adapters/store/journal.ts';
import { encode } from '#server/runtime/codec.ts';
import type { Archive } from '#server/runtime/records.ts';
import { type Database, dialects, freshDatabase } from './database.ts';
import { EVENTS, entry, ticks } from './entries.ts';

const LENGTH = 40;

describe.each(dialects)('the chain on %s', (dialect) => {
  let database: Database;
  let accounts = 0;
  beforeAll(async () => {
    database = await freshDatabase(dialect);
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  async function written(): Promise<Archive> {
    const archive = await database.archive({ account: `chain-${++accounts}` });
    const kinds = Object.values(EVENTS).map((event, nth) => entry(nth + 1, event));
    const entries = [...kinds, ...ticks(kinds.length + 1, LENGTH - kinds.length)];
    await archive.journal.append(entries.slice(0, 7));
    await archive.journal.append(entries.slice(7));
    return archive;
  }

  it('is the hash of the hash before and the text, from the name of the run on', async () => {
    const archive = await written();
    const rows = await database.sql('SELECT seq, text, hash FROM journal WHERE run = ? ORDER BY seq', [archive.run]);
    let hash = genesisHash(archive.run);
    for (const row of rows) {
      hash = nextHash(hash, String(row['text']));
      expect(row['hash']).toBe(hash);
    }
    expect(rows).toHaveLength(LENGTH);
  });

  it('holds when nobody touched it, from any entry on', async () => {
    const archive = await written();
    for (const from of [0, 1, 7, LENGTH]) expect(await archive.verify(from)).toBeUndefined();
    expect(await archive.verify(LENGTH + 1)).toBe(`entry ${LENGTH + 1} is missing`);
  });

  it('goes on over close and open', async () => {
    const archive = await written();
    await archive.close();
    const again = await database.archive({ account: `chain-${accounts}` });
    expect(again.run).toBe(archive.run);
    await again.journal.append(ticks(LENGTH + 1, 3));
    expect(await again.verify(0)).toBeUndefined();
    expect((await again.records.entriesAfter(LENGTH, 10)).map(encode)).toEqual(ticks(LENGTH + 1, 3).map(encode));
  });

  it('is longer than one page', async () => {
    const archive = await database.archive({ account: 'long' });
    await archive.journal.append(ticks(1, 2_500));
    expect(await archive.verify(0)).toBeUndefined();
    await database.sql("UPDATE journal SET text = CONCAT(text, ' ') WHERE run = ? AND seq = 2001", [archive.run]);
    expect(await archive.verify(0)).toBe('entry 2001 was changed after it was written');
  });

  it.each([
    [1, 'first'],
    [18, 'middle'],
    [LENGTH, 'last'],
  ])('breaks at entry %d (%s) when a byte of it was changed', async (seq) => {
    const archive = await written();
    const [row] = await database.sql('SELECT text FROM journal WHERE run = ? AND seq = ?', [archive.run, seq]);
    const text = String(row?.['text']).replace(`"seq":${seq}`, `"seq":${seq + 1}`);
    await database.sql('UPDATE journal SET text = ? WHERE run = ? AND seq = ?', [text, archive.run, seq]);
    expect(await archive.verify(0)).toBe(`entry ${seq} was changed after it was written`);
    expect(await archive.verify(seq)).toBeUndefined();
  });

  it('breaks when text and hash of an entry were both made anew', async () => {
    const archive = await written();
    const [before] = await database.sql('SELECT hash FROM journal WHERE run = ? AND seq = 9', [archive.run]);
    const [row] = await database.sql('SELECT text FROM journal WHERE run = ? AND seq = 10', [archive.run]);
    const text = `${row?.['text']} `;
    const values = [text, nextHash(String(before?.['hash']), text), archive.run];
    await database.sql('UPDATE journal SET text = ?, hash = ? WHERE run = ? AND seq = 10', values);
    expect(await archive.verify(0)).toBe('entry 11 was changed after it was written');
  });

  it('breaks when a row was deleted', async () => {
    const archive = await written();
    await database.sql('DELETE FROM journal WHERE run = ? AND seq = 12', [archive.run]);
    expect(await archive.verify(0)).toBe('entry 12 is missing');
    expect(await archive.verify(12)).toBe('entry 12 is missing');
    expect(await archive.verify(13)).toBeUndefined();
  });

  it('breaks when two rows were swapped, hashes and all', async () => {
    const archive = await written();
    const move = 'UPDATE journal SET seq = ? WHERE run = ? AND seq = ?';
    for (const [to, from] of [
      [-1, 5],
      [5, 6],
      [6, -1],
    ] as const)
      await database.sql(move, [to, archive.run, from]);
    expect(await archive.verify(0)).toBe('entry 5 was changed after it was written');
  });

  it('breaks when the entries are another run’s', async () => {
    const archive = await written();
    const other = await written();
    await database.sql('DELETE FROM journal WHERE run = ?', [archive.run]);
    await database.sql('UPDATE journal SET run = ? WHERE run = ?', [archive.run, other.run]);
    expect(await archive.verify(0)).toBe('entry 1 was changed after it was written');
  });
});
