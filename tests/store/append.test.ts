/** An append is all or nothing, and one that failed without saying whether it took is looked for before it is tried again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anchorsIn } from '#server/adapters/store/anchors.ts';
import type { Driver } from '#server/adapters/store/driver.ts';
import { archiveOf } from '#server/adapters/store/open.ts';
import type { Order } from '#server/domain/order.ts';
import { type Database, dialects, freshDatabase } from './database.ts';
import { aFill, decision, EVENTS, entry, ordersOf, signal, ticks } from './entries.ts';

/** After the n-th write the caller is told that it failed, although it took. */
const forgetful = (driver: Driver, ...failing: number[]): Driver & { writes: number } => {
  const wrapped = {
    ...driver,
    writes: 0,
    async write(...args: Parameters<Driver['write']>) {
      await driver.write(...args);
      if (failing.includes(++wrapped.writes)) throw new Error('the connection was lost after the commit');
    },
  };
  return wrapped;
};

describe.each(dialects)('an append on %s', (dialect) => {
  let database: Database;
  let accounts = 0;
  beforeAll(async () => {
    database = await freshDatabase(dialect);
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  const next = () => ({ mode: 'demo', account: `append-${++accounts}`, nowMs: 1_700_000_000_000 });
  const rowsOf = async (run: string, table = 'journal') =>
    (await database.sql(`SELECT seq FROM ${table} WHERE run = ? ORDER BY seq`, [run])).map(({ seq }) => seq);

  const occupy = async (run: string, seq: number) =>
    await database.sql("INSERT INTO journal (run, seq, at, kind, text, hash) VALUES (?, ?, 0, 'tick', '{}', '')", [run, seq]);

  it('leaves nothing behind when one of its rows is refused, and the right batch still goes in', async () => {
    const archive = await database.archive(next());
    await archive.journal.append([entry(1)]);
    await occupy(archive.run, 4);
    const batch = [entry(2), entry(3), entry(4)];
    await expect(archive.journal.append(batch)).rejects.toThrow('the database failed');
    expect(await rowsOf(archive.run)).toEqual([1, 4]);
    await database.sql('DELETE FROM journal WHERE run = ? AND seq = 4', [archive.run]);
    await archive.journal.append(batch);
    expect(await rowsOf(archive.run)).toEqual([1, 2, 3, 4]);
    expect(await archive.verify(0)).toBeUndefined();
  });

  it('may be another batch after a failure', async () => {
    const archive = await database.archive(next());
    await occupy(archive.run, 2);
    await expect(archive.journal.append([entry(1), entry(2)])).rejects.toThrow();
    await database.sql('DELETE FROM journal WHERE run = ?', [archive.run]);
    await archive.journal.append([entry(1)]);
    await archive.journal.append([entry(2)]);
    expect(await archive.verify(0)).toBeUndefined();
  });

  it('has a ledger that is written whole or not at all, and as often as one likes', async () => {
    const archive = await database.archive(next());
    const entries = [
      aFill(1, 'x'),
      entry(2, EVENTS.killEngaged, { signals: [signal()], decisions: [decision()] }),
      entry(3, EVENTS.statement),
    ];
    const tables = ['orders', 'fills', 'signals', 'decisions', 'halts', 'equity'];
    const ledger = async () => await Promise.all(tables.map((table) => rowsOf(archive.run, table)));
    await archive.journal.append(entries);
    expect(await ledger()).toEqual([[], [], [], [], [], []]);
    const [order] = ordersOf(archive, 1, 1);
    if (order === undefined) throw new Error('no order');
    const refused = { ...order, symbol: null } as unknown as Order;
    await expect(archive.journal.record(entries, [refused])).rejects.toThrow('the database failed');
    expect(await ledger()).toEqual([[], [], [], [], [], []]);
    for (let time = 0; time < 3; time++) {
      await archive.journal.record(entries, [order]);
      expect(await ledger()).toEqual([[1], [1], [2], [2], [2], [3]]);
    }
    await archive.journal.append([entry(4)]);
    expect(await archive.verify(0)).toBeUndefined();
  });

  it('is recognised when it took but nobody said so', async () => {
    const driver = forgetful(await database.driver(), 2, 3);
    const archive = await archiveOf(driver, next(), anchorsIn(database.home));
    const batch = [entry(1), entry(2)];
    await expect(archive.journal.append(batch)).rejects.toThrow('after the commit');
    await archive.journal.append(batch);
    expect(driver.writes).toBe(2);
    await expect(archive.journal.append([entry(3)])).rejects.toThrow('after the commit');
    await archive.journal.append([entry(3), entry(4)]);
    await archive.journal.append([entry(5)]);
    expect(await rowsOf(archive.run)).toEqual([1, 2, 3, 4, 5]);
    expect(await archive.verify(0)).toBeUndefined();
  });

  it('is refused, by name, when another program went on with the journal', async () => {
    const options = next();
    const [one, other] = [await database.archive(options), await database.archive(options)];
    await one.journal.append([entry(1)]);
    await other.journal.append([entry(1)]).catch(() => undefined);
    await one.journal.append([entry(2)]);
    await expect(other.journal.append([entry(1)])).rejects.toThrow(/ends with entry 2, which is not ours.*stop the other program/);
    expect(await one.verify(0)).toBeUndefined();
  });

  it('is refused when it leaves a gap, repeats an entry or goes back', async () => {
    const archive = await database.archive(next());
    await archive.journal.append(ticks(1, 3));
    for (const batch of [[entry(5)], [entry(3)], [entry(4), entry(6)], [entry(4), entry(4)], [entry(0)]])
      await expect(archive.journal.append(batch)).rejects.toThrow(/does not follow/);
    expect(await rowsOf(archive.run)).toEqual([1, 2, 3]);
    await archive.journal.append([entry(4)]);
    expect(await archive.verify(0)).toBeUndefined();
  });

  it('takes a batch larger than one statement', async () => {
    const archive = await database.archive(next());
    const reason = '\\🚀'.repeat(40_000);
    const large = Array.from({ length: 60 }, (_, nth) => entry(nth + 1, { kind: 'stopping', reason, cancelOrders: false }));
    await archive.journal.append([...large, ...ticks(61, 2_940)]);
    expect(await rowsOf(archive.run)).toHaveLength(3_000);
    expect(await archive.verify(0)).toBeUndefined();
  });

  it('may have no entries', async () => {
    const archive = await database.archive(next());
    await archive.journal.append([]);
    expect(await archive.verify(0)).toBeUndefined();
  });
});
