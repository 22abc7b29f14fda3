/**
 * Pages of rows that belong to entries. The cursor is an entry's seq, so an entry's rows are never torn: a page ends where
 * an entry does, and is longer than was asked for when one entry alone has more rows than that.
 */
import { eq, lt, type SQL } from '#drizzle/query.ts';
import type { Tables } from '#drizzle/schema.ts';
import type { Page, PageRequest } from '#server/runtime/records.ts';

interface Listing<Row, Item> {
  readonly seq: Tables['orders' | 'signals' | 'decisions']['seq'];
  /** Newest first. */
  readonly fetch: (where: SQL | undefined, limit: number) => Promise<readonly Row[]>;
  readonly present: (row: Row) => Item;
}

export async function pageOf<Row extends { readonly seq: number }, Item>(
  { seq, fetch, present }: Listing<Row, Item>,
  { limit, cursor }: Pick<PageRequest, 'limit' | 'cursor'>,
): Promise<Page<Item>> {
  // One row more than asked for tells whether there is a next page.
  const rows = await fetch(cursor === undefined ? undefined : lt(seq, cursor), limit + 1);
  const beyond = rows[limit]?.seq;
  if (beyond === undefined) return { items: rows.map(present), nextCursor: undefined };
  const whole = rows.filter((row) => row.seq > beyond);
  if (whole.length > 0) return { items: whole.map(present), nextCursor: whole.at(-1)?.seq };
  const [entry, next] = [await fetch(eq(seq, beyond), Number.MAX_SAFE_INTEGER), await fetch(lt(seq, beyond), 1)];
  return { items: entry.map(present), nextCursor: next.length > 0 ? beyond : undefined };
}
