/** Paging: every row once, newest first, whatever the page's size and however many rows an entry has. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AssetSymbol, OrderId } from '#server/domain/ids.ts';
import { encode } from '#server/runtime/codec.ts';
import type { Archive, Page, PageRequest } from '#server/runtime/records.ts';
import { AAPL, BTC } from '#tests/support/builders.ts';
import { type Database, dialects, freshDatabase } from './database.ts';
import { decision, entry, order, ordersOf, signal, written } from './entries.ts';

const symbolOf = (seq: number, nth: number): AssetSymbol => ((seq + nth) % 3 === 0 ? BTC : AAPL);

/** Writes as many rows for each entry as the list says. */
async function filled(archive: Archive, rows: readonly number[]): Promise<void> {
  const entries = rows.map((count, index) => {
    const seq = index + 1;
    const nths = Array.from({ length: count }, (_, nth) => nth);
    return entry(seq, undefined, {
      signals: nths.map((nth) => signal({ symbol: symbolOf(seq, nth), reason: `${seq}-${nth}` })),
      decisions: nths.map((nth) => decision({ symbol: symbolOf(seq, nth), summary: `${seq}-${nth}` })),
    });
  });
  const ours = rows.flatMap((count, index) =>
    ordersOf(archive, index + 1, count).map((one, nth) => ({ ...one, symbol: symbolOf(index + 1, nth), reason: `${index + 1}-${nth}` })),
  );
  await written(archive, entries, ours);
}

const expected = (rows: readonly number[], symbol?: AssetSymbol): string[] =>
  rows
    .flatMap((count, index) => Array.from({ length: count }, (_, nth) => ({ seq: index + 1, nth })))
    .filter(({ seq, nth }) => symbol === undefined || symbolOf(seq, nth) === symbol)
    .reverse()
    .map(({ seq, nth }) => `${seq}-${nth}`);

async function walk<T extends { readonly seq: number }>(
  list: (request: PageRequest) => Promise<Page<T>>,
  request: PageRequest,
): Promise<T[]> {
  const seen: T[] = [];
  for (let cursor: number | undefined, pages = 0; ; pages++) {
    expect(pages).toBeLessThan(500);
    const { items, nextCursor } = await list({ ...request, cursor });
    // A page may only be longer when it is one entry's rows; and none is empty when it is not the only one.
    if (items.length > request.limit) expect(new Set(items.map(({ seq }) => seq)).size).toBe(1);
    if (pages > 0) expect(items.length).toBeGreaterThan(0);
    if (nextCursor !== undefined) expect(nextCursor).toBe(items.at(-1)?.seq);
    seen.push(...items);
    if (nextCursor === undefined) return seen;
    cursor = nextCursor;
  }
}

describe.each(dialects)('pages on %s', (dialect) => {
  let database: Database;
  let accounts = 0;
  beforeAll(async () => {
    database = await freshDatabase(dialect);
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  it('visit every signal, decision and order once and in order', async () => {
    const cases = fc.asyncProperty(
      fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(12)), { maxLength: 25 }),
      fc.integer({ min: 1, max: 15 }),
      fc.constantFrom(undefined, AAPL, BTC),
      async (rows, limit, symbol) => {
        const archive = await database.archive({ account: `${++accounts}` });
        await filled(archive, rows);
        const { records } = archive;
        const want = expected(rows, symbol);
        expect((await walk(records.signals, { limit, symbol })).map(({ reason }) => reason)).toEqual(want);
        expect((await walk(records.decisions, { limit, symbol })).map(({ decision: { summary } }) => summary)).toEqual(want);
        expect((await walk(records.orders, { limit, symbol })).map(({ reason }) => reason)).toEqual(want);
        await archive.close();
      },
    );
    await fc.assert(cases, {
      numRuns: 30,
      examples: [
        [[3, 5, 5, 1], 5, undefined],
        [[12, 12], 1, AAPL],
        [[0, 4], 4, BTC],
      ],
    });
  });

  it('keep adopted orders, which share a place, in one order and on one page', async () => {
    const archive = await database.archive({ account: 'adopted' });
    const adopted = ['b', 'a', 'c', 'B'].map((id) => order({ id: id as OrderId }));
    await written(archive, [entry(1)], adopted);
    const ids = (await walk(archive.records.orders, { limit: 2 })).map(({ id }) => id);
    expect(ids).toEqual(['c', 'b', 'a', 'B']);
  });

  it('do not move under a reader when newer entries arrive', async () => {
    const archive = await database.archive({ account: 'moving' });
    await filled(archive, [2, 2, 2, 2]);
    const first = await archive.records.signals({ limit: 4 });
    await written(archive, [entry(5, undefined, { signals: [signal()] })]);
    const second = await archive.records.signals({ limit: 4, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ reason }) => reason)).toEqual(expected([2, 2, 2, 2]));
    expect(second.nextCursor).toBeUndefined();
  });

  it('of entries go forward and hold what was asked for', async () => {
    const archive = await database.archive({ account: 'forward' });
    await filled(archive, [1, 0, 2, 0, 1]);
    const all = await archive.records.entriesAfter(0, 100);
    const inPages = [];
    for (let after = 0; ; ) {
      const page = await archive.records.entriesAfter(after, 2);
      if (page.length === 0) break;
      inPages.push(...page);
      after = page.at(-1)?.seq ?? after;
    }
    expect(inPages.map(encode)).toEqual(all.map(encode));
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });
});
