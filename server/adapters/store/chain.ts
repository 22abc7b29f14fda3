/**
 * Whether a journal is what was written: each entry's hash stands on the one before, and the entries that were anchored outside of
 * the database are there, unchanged. Without anchors a journal whose end was cut off, or that was written anew, looks sound.
 */
import { and, asc, eq, gt, inArray } from '#drizzle/query.ts';
import type { Anchor } from './anchors.ts';
import type { ReadingDriver } from './driver.ts';
import { genesisHash, type Head, nextHash } from './journal.ts';

const A_PAGE = 1_000;
const ANCHORS_A_QUERY = 500;

export interface ChainBreak {
  /** `rewritten`: it holds together, and is not what was anchored. `ledger`: the journal holds, and the tables made of it say something else. */
  readonly kind: 'missing' | 'changed' | 'cutOff' | 'rewritten' | 'ledger';
  readonly seq: number;
  /** In words. */
  readonly text: string;
}

export interface ChainCheck {
  readonly head: Head;
  readonly broken: ChainBreak | undefined;
}

interface Row extends Head {
  readonly at: number;
  readonly kind: string;
  readonly text: string;
}

const changed = (seq: number): ChainBreak => ({ kind: 'changed', seq, text: `entry ${seq} was changed after it was written` });
const missing = (seq: number): ChainBreak => ({ kind: 'missing', seq, text: `entry ${seq} is missing` });
const rewritten = ({ seq, at }: Anchor): ChainBreak => ({
  kind: 'rewritten',
  seq,
  text: `entry ${seq} is not the one that was anchored at ${at}: the journal was written anew`,
});

/** Checks what comes after the given entry, and all anchors. */
export async function checkChain(driver: ReadingDriver, run: string, fromSeq: number, anchors: readonly Anchor[]): Promise<ChainCheck> {
  const { read, tables } = driver;
  const { journal } = tables;
  const columns = { seq: journal.seq, at: journal.at, kind: journal.kind, text: journal.text, hash: journal.hash };
  const [before] = await read((from) =>
    from
      .select(columns)
      .from(journal)
      .where(and(eq(journal.run, run), eq(journal.seq, fromSeq))),
  );
  let head: Head = { seq: fromSeq, hash: before?.hash ?? genesisHash(run) };
  if (fromSeq > 0 && before === undefined) return { head, broken: cutOff(head, anchors) ?? missing(fromSeq) };
  const early = await earlyBreak(
    driver,
    run,
    anchors.filter(({ seq }) => seq <= fromSeq),
  );
  if (early !== undefined) return { head, broken: early };
  const anchored = new Map(anchors.map((anchor) => [anchor.seq, anchor]));
  for (;;) {
    const after = and(eq(journal.run, run), gt(journal.seq, head.seq));
    const page = await read((from) => from.select(columns).from(journal).where(after).orderBy(asc(journal.seq)).limit(A_PAGE));
    for (const row of page) {
      const broken = breakAt(head, row, anchored.get(row.seq));
      if (broken !== undefined) return { head, broken };
      head = { seq: row.seq, hash: row.hash };
    }
    if (page.length < A_PAGE) return { head, broken: cutOff(head, anchors) };
  }
}

function breakAt(head: Head, row: Row, anchor: Anchor | undefined): ChainBreak | undefined {
  const { seq, hash, text } = row;
  if (seq !== head.seq + 1) return missing(head.seq + 1);
  if (hash !== nextHash(head.hash, text)) return changed(seq);
  if (anchor !== undefined && anchor.hash !== hash) return rewritten(anchor);
  return saysTheSame(row) ? undefined : changed(seq);
}

/** The columns are for finding; the text is what was hashed. */
function saysTheSame(row: Row): boolean {
  try {
    const { seq, at, event, signals, decisions, commands } = JSON.parse(row.text) as Record<string, unknown>;
    const kind = typeof event === 'object' && event !== null && 'kind' in event ? event.kind : undefined;
    const isEntry = [signals, decisions, commands].every((list) => Array.isArray(list));
    return seq === row.seq && at === row.at && kind === row.kind && isEntry;
  } catch {
    return false;
  }
}

function cutOff(head: Head, anchors: readonly Anchor[]): ChainBreak | undefined {
  const newest = anchors.reduce<Anchor | undefined>((last, one) => (last === undefined || one.seq > last.seq ? one : last), undefined);
  if (newest === undefined || newest.seq <= head.seq) return undefined;
  const seq = head.seq + 1;
  const lost = seq === newest.seq ? `entry ${seq} was` : `entries ${seq} to ${newest.seq} were`;
  return { kind: 'cutOff', seq, text: `${lost} cut off: the journal ended with entry ${newest.seq} at ${newest.at}` };
}

/** Anchored entries before those that are read one by one. */
async function earlyBreak({ read, tables }: ReadingDriver, run: string, anchors: readonly Anchor[]): Promise<ChainBreak | undefined> {
  const { journal } = tables;
  for (let nth = 0; nth < anchors.length; nth += ANCHORS_A_QUERY) {
    const some = anchors.slice(nth, nth + ANCHORS_A_QUERY);
    const seqs = some.map(({ seq }) => seq);
    const where = and(eq(journal.run, run), inArray(journal.seq, seqs));
    const rows = await read((from) => from.select({ seq: journal.seq, hash: journal.hash }).from(journal).where(where));
    const hashes = new Map(rows.map(({ seq, hash }) => [seq, hash]));
    for (const anchor of some) {
      const hash = hashes.get(anchor.seq);
      if (hash === undefined) return missing(anchor.seq);
      if (hash !== anchor.hash) return rewritten(anchor);
    }
  }
  return undefined;
}
