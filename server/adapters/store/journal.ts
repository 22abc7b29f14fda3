/**
 * The journal: append-only, each entry's hash made of the one before and its own text, a turn's entries in one transaction. When an
 * append failed without saying whether it took, the next try looks before it writes. The ledger follows in a transaction of its
 * own: an order waits for as few pages as can be.
 */
import { hash } from 'node:crypto';
import { desc, eq } from '#drizzle/query.ts';
import type { Order } from '#server/domain/order.ts';
import type { Entry } from '#server/engine/command.ts';
import { encode } from '#server/runtime/codec.ts';
import type { Journal } from '#server/runtime/ports.ts';
import type { Driver, ReadingDriver, Value } from './driver.ts';
import { takenJournal } from './error.ts';
import { ledgerPuts } from './rows.ts';

const sha256 = (text: string): string => hash('sha256', text);

/** What the first entry of a run stands on. */
export const genesisHash = (run: string): string => sha256(run);

export const nextHash = (previous: string, text: string): string => sha256(`${previous}\n${text}`);

export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export async function headOf({ read, tables: { journal } }: ReadingDriver, run: string): Promise<Head> {
  const columns = { seq: journal.seq, hash: journal.hash };
  const [last] = await read((from) => from.select(columns).from(journal).where(eq(journal.run, run)).orderBy(desc(journal.seq)).limit(1));
  return last ?? { seq: 0, hash: genesisHash(run) };
}

interface Link extends Head {
  readonly entry: Entry;
  readonly text: string;
}

function chain(head: Head, entries: readonly Entry[]): Link[] {
  let last = head;
  return entries.map((entry) => {
    if (entry.seq !== last.seq + 1) throw new RangeError(`entry ${entry.seq} does not follow ${last.seq}: the journal has no gaps`);
    const text = encode(entry);
    last = { seq: entry.seq, hash: nextHash(last.hash, text) };
    return { ...last, entry, text };
  });
}

/** How many of the links an earlier try has written after all; refuses a journal that another program went on with. */
async function writtenOf(driver: Driver, run: string, head: Head, links: readonly Link[]): Promise<number> {
  const written = await headOf(driver, run);
  const same = (one: Head): boolean => one.seq === written.seq && one.hash === written.hash;
  if (same(head)) return 0;
  const last = links.findIndex(same);
  if (last >= 0) return last + 1;
  const remedy = 'stop the other program that writes to it, then start again';
  throw takenJournal(`the journal of run ${run} ends with entry ${written.seq}, which is not ours`, driver.where, remedy);
}

/** Continues at the head; the caller writes in order and waits for each append. */
export function journalOf(driver: Driver, run: string, start: Head): Journal & { head(): Head } {
  let head = start;
  let uncertain = false;

  return {
    head: () => ({ seq: head.seq, hash: head.hash }),
    append: async (entries: readonly Entry[]) => {
      const links = chain(head, entries);
      const written = uncertain ? await writtenOf(driver, run, head, links) : 0;
      if (written === 0 || written < links.length) {
        const todo = links.slice(written);
        const rows = todo.map(({ seq, entry, text, hash }): Value[] => [run, seq, entry.at, entry.event.kind, text, hash]);
        uncertain = true;
        await driver.write([{ table: 'journal', whenThere: 'refuse', rows }]);
      }
      uncertain = false;
      head = links.at(-1) ?? head;
    },
    record: async (entries: readonly Entry[], changedOrders: readonly Order[]) => {
      const puts = ledgerPuts(run, entries, changedOrders).filter(({ rows }) => rows.length > 0);
      if (puts.length > 0) await driver.writeBehind(puts);
    },
  };
}
