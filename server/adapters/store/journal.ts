/**
 * The journal: append-only, each entry's hash made of the one before and its own text, a turn's entries and their ledger in
 * one transaction. When an append failed without saying whether it took, the next try looks before it writes.
 */
import { createHash } from 'node:crypto';
import { and, asc, desc, eq, gt } from '#drizzle/query.ts';
import type { Order } from '#server/domain/order.ts';
import type { Entry } from '#server/engine/command.ts';
import { encode } from '#server/runtime/codec.ts';
import type { Journal } from '#server/runtime/ports.ts';
import type { Driver, Value } from './driver.ts';
import { ledgerPuts } from './rows.ts';

const VERIFY_PAGE = 1_000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the first entry of a run stands on. */
export const genesisHash = (run: string): string => sha256(run);

export const nextHash = (previous: string, text: string): string => sha256(`${previous}\n${text}`);

export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export async function headOf({ read, tables: { journal } }: Driver, run: string): Promise<Head> {
  const [last] = await read
    .select({ seq: journal.seq, hash: journal.hash })
    .from(journal)
    .where(eq(journal.run, run))
    .orderBy(desc(journal.seq))
    .limit(1);
  return last ?? { seq: 0, hash: genesisHash(run) };
}

/** Continues at the head; the caller writes in order and waits for each append. */
export function journalOf(driver: Driver, run: string, head: Head): Journal {
  let { seq, hash } = head;
  let uncertain = false;

  const isWritten = async (last: Head): Promise<boolean> => {
    const { seq: writtenSeq, hash: writtenHash } = await headOf(driver, run);
    return writtenSeq === last.seq && writtenHash === last.hash;
  };

  return {
    append: async (entries: readonly Entry[], changedOrders: readonly Order[]) => {
      let last: Head = { seq, hash };
      const rows: Value[][] = [];
      for (const entry of entries) {
        if (entry.seq !== last.seq + 1) throw new RangeError(`entry ${entry.seq} does not follow ${last.seq}: the journal has no gaps`);
        const text = encode(entry);
        last = { seq: entry.seq, hash: nextHash(last.hash, text) };
        rows.push([run, entry.seq, entry.at, entry.event.kind, text, last.hash]);
      }
      if (!(uncertain && (await isWritten(last)))) {
        uncertain = true;
        await driver.write([{ table: 'journal', mode: 'add', rows }, ...ledgerPuts(run, entries, changedOrders)]);
      }
      uncertain = false;
      ({ seq, hash } = last);
    },
  };
}

/** The first break of the chain after the given entry, in words; nothing when it holds. */
export async function verifyChain({ read, tables: { journal } }: Driver, run: string, fromSeq: number): Promise<string | undefined> {
  const [before] = await read
    .select()
    .from(journal)
    .where(and(eq(journal.run, run), eq(journal.seq, fromSeq)));
  if (fromSeq > 0 && before === undefined) return `entry ${fromSeq} is missing`;
  let head: Head = { seq: fromSeq, hash: before?.hash ?? genesisHash(run) };
  for (;;) {
    const page = await read
      .select()
      .from(journal)
      .where(and(eq(journal.run, run), gt(journal.seq, head.seq)))
      .orderBy(asc(journal.seq))
      .limit(VERIFY_PAGE);
    for (const { seq, text, hash } of page) {
      if (seq !== head.seq + 1) return `entry ${head.seq + 1} is missing`;
      if (hash !== nextHash(head.hash, text)) return `entry ${seq} was changed after it was written`;
      head = { seq, hash };
    }
    if (page.length < VERIFY_PAGE) return undefined;
  }
}
