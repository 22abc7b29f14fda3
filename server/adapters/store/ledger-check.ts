/**
 * Whether the ledger says what the journal says: rows of signals, decisions, fills, halts and statements are made anew of the entries, and
 * held against those that are there. Nothing decides by these rows, but people and reports read them.
 */

import { canonicalDecimal } from '#drizzle/decimal.ts';
import { and, asc, eq, gt, lte } from '#drizzle/query.ts';
import type { Entry } from '#server/engine/command.ts';
import { decode } from '#server/runtime/codec.ts';
import type { ChainBreak } from './chain.ts';
import { COLUMNS, type ReadingDriver } from './driver.ts';
import { ledgerPuts } from './rows.ts';

const A_PAGE = 1_000;
const CHECKED = ['signals', 'decisions', 'fills', 'halts', 'equity'] as const;
type Checked = (typeof CHECKED)[number];

/** As text, with money as it is stored. */
const textOf = (values: readonly unknown[]): string =>
  JSON.stringify(values, (_key, value: unknown) => (typeof value === 'bigint' ? canonicalDecimal(value) : value));

const differs = (table: Checked, seq: number, how: string): ChainBreak => ({
  kind: 'ledger',
  seq,
  text: `${how} of entry ${seq} in the table ${table} is not what the journal says; believe the journal ("tradar replay"), and find out who writes to this database`,
});

const seqAt: Readonly<Record<Checked, number>> = {
  signals: COLUMNS.signals.names.indexOf('seq'),
  decisions: COLUMNS.decisions.names.indexOf('seq'),
  fills: COLUMNS.fills.names.indexOf('seq'),
  halts: COLUMNS.halts.names.indexOf('seq'),
  equity: COLUMNS.equity.names.indexOf('seq'),
};
const EXECUTION_AT = COLUMNS.fills.names.indexOf('execution_id');

/** `recordedUntil`: how far the ledger had come when the check began; what is newer may still be on its way. */
export async function checkLedger(driver: ReadingDriver, run: string, recordedUntil: number): Promise<ChainBreak | undefined> {
  const { read, tables } = driver;
  const { journal } = tables;
  /** An execution that is told again leaves no second row. */
  const told = new Set<unknown>();
  for (let after = 0; after < recordedUntil; ) {
    const from = and(eq(journal.run, run), gt(journal.seq, after), lte(journal.seq, recordedUntil));
    const page = await read((one) =>
      one.select({ seq: journal.seq, text: journal.text }).from(journal).where(from).orderBy(asc(journal.seq)).limit(A_PAGE),
    );
    const last = page.at(-1)?.seq;
    if (last === undefined) return undefined;
    const wanted = rowsOf(
      run,
      page.map(({ text }) => decode<Entry>(text)),
      told,
    );
    for (const table of CHECKED) {
      const broken = difference(table, wanted[table], await storedRows(driver, table, { run, after, last }));
      if (broken !== undefined) return broken;
    }
    after = last;
  }
  return undefined;
}

type Rows = Record<Checked, readonly (readonly unknown[])[]>;

function rowsOf(run: string, entries: readonly Entry[], told: Set<unknown>): Rows {
  const rows: Rows = { signals: [], decisions: [], fills: [], halts: [], equity: [] };
  for (const put of ledgerPuts(run, entries, [])) {
    const table = CHECKED.find((name) => name === put.table);
    if (table !== undefined) rows[table] = put.rows;
  }
  const isFirst = (row: readonly unknown[]): boolean => !told.has(row[EXECUTION_AT]) && told.add(row[EXECUTION_AT]) === told;
  return { ...rows, fills: rows.fills.filter(isFirst) };
}

async function storedRows(
  { read, tables }: ReadingDriver,
  table: Checked,
  { run, after, last }: { run: string; after: number; last: number },
) {
  const of = tables[table];
  const rows = await read((from) =>
    from
      .select()
      .from(of)
      .where(and(eq(of.run, run), gt(of.seq, after), lte(of.seq, last))),
  );
  return rows.map((row) => Object.values(row) as readonly unknown[]);
}

function difference(table: Checked, wanted: Rows[Checked], stored: Rows[Checked]): ChainBreak | undefined {
  const seqOf = (row: readonly unknown[]): number => Number(row[seqAt[table]]);
  const there = new Set(stored.map(textOf));
  const due = new Set(wanted.map(textOf));
  const lacking = wanted.find((row) => !there.has(textOf(row)));
  const strange = stored.find((row) => !due.has(textOf(row)));
  if (strange !== undefined) return differs(table, seqOf(strange), 'a row');
  return lacking === undefined ? undefined : differs(table, seqOf(lacking), 'a row that is missing, or the place');
}
