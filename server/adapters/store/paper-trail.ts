/** What a journal tells of how long a run was heard from, and which sessions it certified. */
import { and, asc, eq, gt, inArray, like } from '#drizzle/query.ts';
import type { Entry } from '#server/engine/command.ts';
import { decode } from '#server/runtime/codec.ts';
import type { ReadingDriver } from './driver.ts';

const A_PAGE = 5_000;
/** Statements come every half minute; what lies longer apart was no running daemon. */
const LONGEST_GAP_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

export interface PaperTrail {
  readonly hours: number;
  readonly sessions: readonly { readonly date: string; readonly atMs: number }[];
}

export const paperTrail = async (driver: ReadingDriver, run: string): Promise<PaperTrail> => ({
  hours: await hoursOf(driver, run),
  sessions: await sessionsOf(driver, run),
});

/** Of those of the named entries that are there. */
export async function hashesOf({ read, tables: { journal } }: ReadingDriver, run: string, seqs: readonly number[]) {
  if (seqs.length === 0) return new Map<number, string>();
  const where = and(eq(journal.run, run), inArray(journal.seq, [...seqs]));
  const rows = await read((from) => from.select({ seq: journal.seq, hash: journal.hash }).from(journal).where(where));
  return new Map(rows.map(({ seq, hash }) => [seq, hash]));
}

async function hoursOf({ read, tables: { journal } }: ReadingDriver, run: string): Promise<number> {
  let [heardMs, lastMs, after] = [0, Number.NEGATIVE_INFINITY, 0];
  for (;;) {
    const where = and(eq(journal.run, run), eq(journal.kind, 'statement'), gt(journal.seq, after));
    const columns = { seq: journal.seq, at: journal.at };
    const page = await read((from) => from.select(columns).from(journal).where(where).orderBy(asc(journal.seq)).limit(A_PAGE));
    for (const { seq, at } of page) {
      if (at - lastMs <= LONGEST_GAP_MS) heardMs += Math.max(0, at - lastMs);
      [lastMs, after] = [at, seq];
    }
    if (page.length < A_PAGE) return heardMs / HOUR_MS;
  }
}

async function sessionsOf({ read, tables: { journal } }: ReadingDriver, run: string): Promise<PaperTrail['sessions']> {
  const where = and(eq(journal.run, run), eq(journal.kind, 'statement'), like(journal.text, '%"kind":"certify"%'));
  const rows = await read((from) => from.select({ text: journal.text }).from(journal).where(where).orderBy(asc(journal.seq)));
  return rows.flatMap(({ text }) => {
    const { at, commands } = decode<Entry>(text);
    return commands.flatMap((command) => (command.kind === 'certify' ? [{ date: command.certificate.session, atMs: at }] : []));
  });
}
