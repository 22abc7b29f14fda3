/** Which run an account goes on with, and the snapshots of a run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, dialects, freshDatabase } from './database.ts';
import { entry, ticks } from './entries.ts';

describe.each(dialects)('runs on %s', (dialect) => {
  let database: Database;
  beforeAll(async () => {
    database = await freshDatabase(dialect);
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  it('go on for the same mode and account, whenever it is', async () => {
    const first = await database.archive({ nowMs: 1_750_000_000_000 });
    expect(first.run).toBe(`r${(1_750_000_000).toString(36)}`);
    await first.journal.append(ticks(1, 2));
    const again = await database.archive({ nowMs: 1_760_000_000_000 });
    expect(again.run).toBe(first.run);
    expect(await again.records.entriesAfter(0, 10)).toHaveLength(2);
  });

  it('are others for another account, another mode, and another spelling', async () => {
    const same = 1_740_000_000_000;
    const runs = [];
    for (const changes of [{ account: 'B' }, { account: 'b' }, { mode: 'paper', account: 'B' }, { mode: 'live', account: 'B' }]) {
      const archive = await database.archive({ ...changes, nowMs: same + runs.length });
      await archive.journal.append([entry(1)]);
      expect(await archive.records.entriesAfter(0, 10)).toHaveLength(1);
      runs.push(archive.run);
    }
    expect(new Set(runs).size).toBe(4);
  });

  it('begun in the same second at the same time are different', async () => {
    const accounts = Array.from({ length: 8 }, (_, nth) => `at-once-${nth}`);
    const archives = await Promise.all(accounts.map((account) => database.archive({ account, nowMs: 1_730_000_000_000 })));
    expect(new Set(archives.map(({ run }) => run)).size).toBe(8);
    const again = await database.archive({ account: 'at-once-3' });
    expect(again.run).toBe(archives[3]?.run);
  });

  it('do not see each other', async () => {
    const [one, other] = [await database.archive({ account: 'one' }), await database.archive({ account: 'other' })];
    await one.journal.append(ticks(1, 3));
    await one.saveSnapshot({ seq: 3, text: 'one' });
    expect(await other.records.entriesAfter(0, 10)).toEqual([]);
    expect(await other.latestSnapshot()).toBeUndefined();
    await other.saveSnapshot({ seq: 9, text: 'other' });
    expect(await one.latestSnapshot()).toEqual({ seq: 3, text: 'one' });
  });
});

describe.each(dialects)('snapshots on %s', (dialect) => {
  let database: Database;
  beforeAll(async () => {
    database = await freshDatabase(dialect);
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  it('give the newest, and only three are kept', async () => {
    const archive = await database.archive();
    const kept = async () =>
      (await database.sql('SELECT seq FROM snapshots WHERE run = ? ORDER BY seq', [archive.run])).map(({ seq }) => seq);
    expect(await archive.latestSnapshot()).toBeUndefined();
    const text = `# "🚀" \\ ${'x'.repeat(2_000_000)}`;
    const after: (readonly number[])[] = [[10], [10, 20], [10, 20, 30], [20, 30, 40], [30, 40, 50]];
    for (const seqs of after) {
      const seq = seqs.at(-1) ?? 0;
      await archive.saveSnapshot({ seq, text: `${text}${seq}` });
      expect(await archive.latestSnapshot()).toEqual({ seq, text: `${text}${seq}` });
      expect(await kept()).toEqual(seqs);
    }
    await archive.saveSnapshot({ seq: 50, text: 'again' });
    expect(await archive.latestSnapshot()).toEqual({ seq: 50, text: 'again' });
    expect(await kept()).toEqual([30, 40, 50]);
  });
});
