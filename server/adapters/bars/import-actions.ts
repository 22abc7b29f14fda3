/** Takes splits and dividends from a CSV file; the file counts as complete for its symbols up to today. */

import type { AssetSymbol } from '#server/domain/ids.ts';
import { newYorkDate } from '#server/domain/new-york.ts';
import { parseActions } from '#server/history/actions-csv.ts';
import { readActions, type StoredActions, writeActions } from './actions-file.ts';
import { readText } from './csv-stream.ts';
import { BarStoreError } from './error.ts';

export interface ActionsImportOptions {
  readonly home: string;
  readonly path: string;
  /** Only these; all of the file when nothing. */
  readonly symbols: readonly AssetSymbol[] | undefined;
  readonly source: string;
  /** What is stored otherwise is replaced. */
  readonly replace: boolean;
  readonly now: number;
}

/** Before this there are no bars. */
const BEGINNING = '1900-01-01';

/** All that were written. Nothing is when a symbol has others, and these are not to be replaced. */
export async function importActions({ home, path, symbols, source, replace, now }: ActionsImportOptions): Promise<StoredActions[]> {
  const today = newYorkDate(now);
  const read = parseActions({ name: path, text: await readText(path), today });
  const wanted = [...read].filter(([symbol]) => symbols === undefined || symbols.includes(symbol));
  const fresh = wanted.map(([symbol, actions]) => ({ symbol, source, from: BEGINNING, until: today, actions }));
  if (fresh.length === 0) {
    const hint = `the file has ${[...read.keys()].slice(0, 20).join(', ') || 'no rows'}`;
    throw new BarStoreError({
      code: 'barFile',
      message: `${path} has nothing of the symbols that were asked for`,
      hint,
      facts: { file: path },
    });
  }
  if (!replace) for (const one of fresh) refuseOthers(path, readActions(home, one.symbol), one);
  for (const one of fresh) writeActions(home, one);
  return fresh;
}

function refuseOthers(path: string, stored: StoredActions | undefined, fresh: StoredActions): void {
  if (stored === undefined || JSON.stringify(stored.actions) === JSON.stringify(fresh.actions)) return;
  throw new BarStoreError({
    code: 'barsConflict',
    message: `${path}: other splits and dividends of ${fresh.symbol} are stored, from ${stored.source}`,
    hint: 'nothing was stored; give --replace to believe the file',
    facts: { file: path, stored: stored.actions.length, given: fresh.actions.length },
  });
}
