/** `tradar journal verify`: whether the journal is what was written, entry by entry and against the anchors outside of the database. */
import { oneLine } from '../cli/printable.ts';
import { JOURNAL_FLAGS } from '../cli/stored-journal.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';

export const journalVerify: Verb = {
  name: 'journal verify',
  summary: 'Checks the journal of a run: that no entry was changed, taken out, put elsewhere or cut off. Ends with 1 at the first break.',
  flags: JOURNAL_FLAGS,
  notes: [
    'Anchors are the heads that the daemon notes in anchors.jsonl in the home at starts, snapshots, day ends and orderly stops.',
    'Behind the newest anchor the end is held against the ledger alone: entries that decided nothing could be cut off there.',
    'Who can change the database and that file alike is not found out; the heads are in the log too. It only reads.',
  ],
  async run(call) {
    const { openStoredJournal } = await import('../cli/stored-journal.ts');
    const { readAnchors } = await import('#server/adapters/store/anchors.ts');
    await using stored = await openStoredJournal(call);
    const { reader, run, home } = stored;
    const { anchors, torn } = readAnchors(home, run.id);
    const { head, broken } = await reader.check(run.id, anchors);
    const newest = anchors.at(-1);
    const report = {
      ok: broken === undefined,
      ...{ run: run.id, mode: run.mode, account: run.account, where: reader.where },
      // Up to here it is sound.
      ...{ seq: head.seq, hash: head.hash },
      ...{ anchors: anchors.length, newestAnchor: newest ?? null, tornAnchorLines: torn },
      broken: broken ?? null,
    };
    if (call.json) call.print(JSON.stringify(report));
    else print(call, report);
    return report.ok ? EXIT.done : EXIT.failed;
  },
};

interface Report {
  readonly run: string;
  readonly mode: string;
  readonly account: string;
  readonly seq: number;
  readonly hash: string;
  readonly anchors: number;
  readonly newestAnchor: { readonly seq: number; readonly at: string } | null;
  readonly tornAnchorLines: number;
  readonly broken: { readonly text: string } | null;
}

function print(call: Call, { run, mode, account, seq, hash, anchors, newestAnchor, tornAnchorLines, broken }: Report): void {
  call.print(`run ${run} (${mode}, account ${account})`);
  if (broken === null) call.print(`  sound: ${seq.toLocaleString('en-US')} entries, the last one's hash is ${hash}`);
  else call.print(`  NOT sound: ${oneLine(broken.text)}; it holds up to entry ${seq}`);
  if (newestAnchor === null) call.print('  no anchors: entries that were cut off at the end would not be missed');
  else
    call.print(
      `  ${anchors} anchors, the newest of entry ${newestAnchor.seq} at ${oneLine(newestAnchor.at)}, ${seq - newestAnchor.seq} entries before the end`,
    );
  if (tornAnchorLines > 0) call.print(`  ${tornAnchorLines} lines of the anchors can not be read: a crash tears at most one at a time`);
}
