/** Finds the journal that a verb is about: the database of the configuration, and the run in it. */
import { ledgerMode } from '#config/ledger-mode.ts';
import type { JournalReader, ListedRun } from '#server/adapters/store/journal-reader.ts';
import { Failure, misuse } from './failure.ts';
import { type Call, CONFIG_FLAGS, type Flag } from './verb.ts';

export const JOURNAL_FLAGS: Readonly<Record<string, Flag>> = {
  run: { type: 'text', value: 'RUN', help: 'which run (default the newest of the mode)' },
  ...CONFIG_FLAGS,
};

export interface StoredJournal extends AsyncDisposable {
  readonly reader: JournalReader;
  readonly run: ListedRun;
  readonly home: string;
}

export async function openStoredJournal(call: Call): Promise<StoredJournal> {
  const { openJournalReader } = await import('#server/adapters/store/journal-reader.ts');
  const { readConfig } = await import('./configured.ts');
  const { config } = readConfig(call);
  const { home, databaseUrl } = config;
  const reader = await openJournalReader(databaseUrl?.reveal(), home);
  try {
    const run = chosen(await reader.runs(), call.text('run'), ledgerMode(config), reader.where);
    return { reader, run, home, [Symbol.asyncDispose]: () => reader.close() };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** Of those that are listed, newest first. */
export const newestRun = (all: readonly ListedRun[], mode: string): ListedRun | undefined =>
  new Map(all.toReversed().map((run) => [run.mode, run])).get(mode);

function chosen(all: readonly ListedRun[], id: string | undefined, mode: string, where: string): ListedRun {
  const listed = all.map((run) => `${run.id} (${run.mode}, account ${run.account})`).join(', ');
  if (id === undefined) {
    const newest = newestRun(all, mode);
    if (newest !== undefined) return newest;
    const hint = all.length === 0 ? 'start the daemon once' : `name one with --run: ${listed}`;
    throw new Failure({ code: 'noRun', message: `there is no run of mode ${mode} in ${where}`, hint });
  }
  const named = all.find((run) => run.id === id);
  if (named === undefined) throw misuse(`there is no run ${id} in ${where}`, all.length === 0 ? 'it has none' : `it has ${listed}`);
  return named;
}

const A_PAGE = 1_000;

/** Page by page, so that a long journal needs no memory; what the daemon writes meanwhile is still found. */
export async function* storedEntries({ reader, run }: StoredJournal, from = 1, to = Number.POSITIVE_INFINITY) {
  for (let after = from - 1; ; ) {
    const page = await reader.entries(run.id, after, A_PAGE);
    for (const one of page) {
      if (one.seq > to) return;
      yield one;
    }
    if (page.length < A_PAGE) return;
    after = page.at(-1)?.seq ?? after;
  }
}
