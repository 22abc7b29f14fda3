/**
 * Recovery is the start path: the newest snapshot, then every entry after it as it was. What became of orders that were
 * under way is the broker's to say; the daemon asks as soon as it runs.
 */
import type { Books } from '#server/domain/books.ts';
import type { Plan } from '#server/domain/plan.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { reapply } from '#server/engine/reapply.ts';
import { type BooksSnapshot, restore, snapshotOf } from '#server/engine/snapshot.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from './codec.ts';
import type { Archive, Snapshot } from './records.ts';

const ENTRIES_A_PAGE = 1_000;
const REMEDY = 'restore the database from a backup, or move it away to begin a new run with what the broker says';

interface Saved {
  /** The plan as text: agents' memories only mean something under the plan they were formed under. */
  readonly plan: string;
  readonly books: BooksSnapshot;
}

export const takeSnapshot = (books: Books, planText: string): Snapshot => ({
  seq: books.seq,
  text: encode({ plan: planText, books: snapshotOf(books) } satisfies Saved),
});

export interface Recovered {
  readonly books: Books;
  /** Entries that were taken in again after the snapshot. */
  readonly entries: number;
  readonly fromSnapshotSeq: number;
}

export async function recover(archive: Archive, plan: Plan, planText: string): Promise<Recovered> {
  const snapshot = await archive.latestSnapshot();
  const broken = await archive.verify(snapshot?.seq ?? 0);
  if (broken !== undefined) throw new Error(`the journal of run ${archive.run} does not hold: ${broken}; ${REMEDY}`);
  const saved = snapshot === undefined ? undefined : decode<Saved>(snapshot.text);
  let formedUnder = saved?.plan ?? planText;
  const books = saved === undefined ? newBooks(archive.run, plan) : restore(saved.books, plan, formedUnder === planText);
  const turn = newTurn();
  let entries = 0;
  for (;;) {
    const page = await archive.records.entriesAfter(books.seq, ENTRIES_A_PAGE);
    for (const entry of page) {
      if (entry.event.kind === 'started') formedUnder = entry.event.plan;
      reapply(books, plan, entry, turn);
    }
    entries += page.length;
    if (page.length < ENTRIES_A_PAGE) break;
  }
  const samePlan = formedUnder === planText;
  // Under another plan the agents begin anew and are warmed up from history; the ledger stays.
  const own = samePlan ? books : restore(decode<Saved>(takeSnapshot(books, planText).text).books, plan, false);
  return { books: own, entries, fromSnapshotSeq: snapshot?.seq ?? 0 };
}
