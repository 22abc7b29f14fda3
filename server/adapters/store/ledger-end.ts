/** How far the ledger goes: it is written behind the journal, so rows beyond the journal's end are of entries that are not there any more. */
import { desc, eq } from '#drizzle/query.ts';
import type { ReadingDriver } from './driver.ts';

/** The newest entry that has left a row; 0 where none has. */
export async function ledgerEnd({ read, tables }: ReadingDriver, run: string): Promise<number> {
  const { signals, decisions, fills, halts, equity } = tables;
  const newest = await Promise.all([
    read((from) => from.select({ seq: signals.seq }).from(signals).where(eq(signals.run, run)).orderBy(desc(signals.seq)).limit(1)),
    read((from) => from.select({ seq: decisions.seq }).from(decisions).where(eq(decisions.run, run)).orderBy(desc(decisions.seq)).limit(1)),
    read((from) => from.select({ seq: fills.seq }).from(fills).where(eq(fills.run, run)).orderBy(desc(fills.seq)).limit(1)),
    read((from) => from.select({ seq: halts.seq }).from(halts).where(eq(halts.run, run)).orderBy(desc(halts.seq)).limit(1)),
    read((from) => from.select({ seq: equity.seq }).from(equity).where(eq(equity.run, run)).orderBy(desc(equity.seq)).limit(1)),
  ]);
  return Math.max(0, ...newest.flatMap((rows) => rows.map(({ seq }) => seq)));
}
