/** A process that dies at any moment, while others read: nothing acknowledged is lost, and no batch is half there. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BATCH, type Child, startChild } from './child.ts';
import { type Database, dialects, freshDatabase } from './database.ts';
import { ticks } from './entries.ts';

const ROUNDS = { sqlite: 6, mysql: 3 };

describe.each(dialects)('a process that writes to %s', (dialect) => {
  let database: Database;
  beforeAll(async () => {
    database = await freshDatabase(dialect);
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  const writer = async (): Promise<Child> => {
    const child = await startChild();
    child.begin({ verb: 'append', url: database.url, home: database.home });
    return child;
  };

  it('loses nothing that it acknowledged when it is killed, and its journal goes on', async () => {
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS[dialect]; round++) {
      await using child = await writer();
      for (let heard = randomInt(1, 60); heard > 0; heard--) acknowledged = Number(await child.next());
      acknowledged = Number((await child.kill()).at(-1) ?? acknowledged);
      const archive = await database.archive();
      const entries = await archive.records.entriesAfter(0, 1_000_000);
      expect(entries.length, `round ${round}`).toBeGreaterThanOrEqual(acknowledged);
      expect(entries.length - acknowledged).toBeLessThanOrEqual(BATCH);
      expect(entries.length % BATCH).toBe(0);
      expect(await archive.verify(0)).toBeUndefined();
      await archive.journal.append(ticks(entries.length + 1, BATCH));
      expect(await archive.verify(0)).toBeUndefined();
      await archive.close();
    }
  });

  it('is read meanwhile, and no reader sees half of a write', async () => {
    await using child = await writer();
    const archive = await database.archive();
    await child.next();
    let acknowledged = 0;
    for (let reads = 0; reads < 60; reads++) {
      if (reads % 3 === 0) acknowledged = Number(await child.next());
      const entries = await archive.records.entriesAfter(0, 1_000_000);
      expect(entries.length % BATCH).toBe(0);
      expect(entries.length).toBeGreaterThanOrEqual(acknowledged);
      expect(entries.at(-1)?.seq).toBe(entries.length);
    }
    expect(await archive.verify(0)).toBeUndefined();
  });
});
