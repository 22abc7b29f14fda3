/** Tells what happened in a run, as much as was asked for and never more than its limit. */
import type { Entry } from '#server/engine/command.ts';
import { decode, readEntry } from '#server/runtime/codec.ts';
import { entryWords, isQuiet } from './journal-words.ts';
import { oneLine } from './printable.ts';
import { type StoredJournal, storedEntries } from './stored-journal.ts';
import type { Call } from './verb.ts';

export interface Stretch {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
}

interface Story {
  readonly told: readonly string[];
  /** Entries of the stretch that say nothing. */
  readonly quiet: number;
  /** Entries that would have been told as well. */
  readonly beyond: number;
}

/** The first of a stretch that was asked for; of the whole run the newest. */
async function storyOf(stored: StoredJournal, { from, to, limit }: Stretch): Promise<Story> {
  const told: string[] = [];
  let [quiet, beyond] = [0, 0];
  for await (const { seq, text } of storedEntries(stored, from, to)) {
    if (isQuiet(readEntry<Entry>(seq, text))) {
      quiet++;
      continue;
    }
    if (told.length < limit) told.push(text);
    else if (from === undefined) {
      beyond++;
      told.push(text);
      told.shift();
    } else beyond++;
  }
  return { told, quiet, beyond };
}

export async function tellStory(call: Call, stored: StoredJournal, stretch: Stretch): Promise<void> {
  const { told, quiet, beyond } = await storyOf(stored, stretch);
  const { id, mode, account } = stored.run;
  if (call.json) {
    const entries = told.map((text) => JSON.parse(text) as unknown);
    call.print(JSON.stringify({ run: id, mode, account, entries, quietEntries: quiet, entriesBeyond: beyond }));
    return;
  }
  call.print(`run ${id} (${mode}, account ${account})`);
  const isEnd = stretch.from === undefined;
  if (beyond > 0 && isEnd) call.print(`… ${beyond} entries before; --from SEQ begins elsewhere`);
  for (const text of told) for (const line of entryWords(decode<Entry>(text))) call.print(oneLine(line));
  if (beyond > 0 && !isEnd) call.print(`… ${beyond} more; --from ${(JSON.parse(told.at(-1) ?? '{}') as Entry).seq + 1} goes on`);
  if (quiet > 0) call.print(`${quiet} entries of which nothing came are not shown`);
}
