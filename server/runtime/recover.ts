/**
 * Recovery is the start path: the newest snapshot, then every entry after it as it was, each under the plan of its own life. What
 * became of orders that were under way is the broker's to say; the daemon asks as soon as it runs.
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

export interface SavedBooks {
  /** The plan as text: agents' memories only mean something under the plan they were formed under. */
  readonly plan: string;
  readonly books: BooksSnapshot;
}

export const takeSnapshot = (books: Books, planText: string): Snapshot => ({
  seq: books.seq,
  text: encode({ plan: planText, books: snapshotOf(books) } satisfies SavedBooks),
});

/** The same ledger under another plan: agents begin anew and are warmed up from history. */
export const underPlan = (books: Books, plan: Plan): Books => restore(decode<BooksSnapshot>(encode(snapshotOf(books))), plan, false);

/** Reads a plan that the journal carries as text; throws when this version can not. */
export type ReadPlan = (text: string) => Plan;

export interface Recovered {
  readonly books: Books;
  /** Entries that were taken in again after the snapshot. */
  readonly entries: number;
  readonly fromSnapshotSeq: number;
  /** Plans of earlier lives that this version can not read: their entries were taken in under today's. */
  readonly unreadPlans: number;
}

/** Hands out the plan of a life; today's where that one can not be read. */
class Plans {
  readonly #known: Map<string, Plan>;
  readonly #today: Plan;
  readonly #read: ReadPlan;
  unread = 0;

  constructor(today: Plan, text: string, read: ReadPlan) {
    this.#known = new Map([[text, today]]);
    this.#today = today;
    this.#read = read;
  }

  of(text: string): Plan {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const plan = this.#tryToRead(text) ?? this.#today;
    this.#known.set(text, plan);
    return plan;
  }

  #tryToRead(text: string): Plan | undefined {
    try {
      return this.#read(text);
    } catch {
      this.unread++;
      return undefined;
    }
  }
}

function readSaved(run: string, { seq, text }: Snapshot): SavedBooks {
  try {
    return decode<SavedBooks>(text);
  } catch {
    throw new Error(`the snapshot at entry ${seq} of run ${run} can not be read; ${REMEDY}`);
  }
}

export async function recover(archive: Archive, plan: Plan, planText: string, readPlan: ReadPlan): Promise<Recovered> {
  const snapshot = await archive.latestSnapshot();
  const broken = await archive.verify(snapshot?.seq ?? 0);
  if (broken !== undefined) throw new Error(`the journal of run ${archive.run} does not hold: ${broken}; ${REMEDY}`);
  const plans = new Plans(plan, planText, readPlan);
  const saved = snapshot === undefined ? undefined : readSaved(archive.run, snapshot);
  let formedUnder = saved?.plan;
  let ofLife = formedUnder === undefined ? plan : plans.of(formedUnder);
  let books =
    saved === undefined ? newBooks(archive.run, ofLife) : restore(saved.books, ofLife, ofLife !== plan || formedUnder === planText);
  const turn = newTurn();
  let entries = 0;
  for (;;) {
    const page = await archive.records.entriesAfter(books.seq, ENTRIES_A_PAGE);
    for (const entry of page) {
      if (entry.event.kind === 'started' && entry.event.plan !== formedUnder) {
        ofLife = plans.of(entry.event.plan);
        books = formedUnder === undefined ? newBooks(archive.run, ofLife) : underPlan(books, ofLife);
        formedUnder = entry.event.plan;
      }
      reapply(books, ofLife, entry, turn);
    }
    // The last life may have ended between its journal and its ledger.
    await archive.journal.record(page, [...turn.changed]);
    turn.changed.clear();
    entries += page.length;
    if (page.length < ENTRIES_A_PAGE) break;
  }
  const own = formedUnder === undefined || formedUnder === planText ? books : underPlan(books, plan);
  return { books: own, entries, fromSnapshotSeq: snapshot?.seq ?? 0, unreadPlans: plans.unread };
}
