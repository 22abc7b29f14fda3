/** `tradar replay`: the story of a run out of its journal; or all of it stepped over again, and every decision compared. */
import { misuse } from './cli/failure.ts';
import type { ReplayReport } from './cli/replay-verify.ts';
import { JOURNAL_FLAGS, openStoredJournal, type StoredJournal } from './cli/stored-journal.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

const TOLD = 200;

export const replay: Verb = {
  name: 'replay',
  summary:
    'Tells what happened in a run; with --verify steps over its whole journal again and compares every signal, decision and command.',
  flags: {
    verify: { type: 'switch', help: 'step over it again from the first entry; ends with 1 at the first difference, and names it' },
    from: { type: 'text', value: 'SEQ', help: 'tell from this entry on' },
    to: { type: 'text', value: 'SEQ', help: 'tell up to this entry' },
    limit: { type: 'text', value: 'N', help: `tell at most so many entries (default ${TOLD})` },
    ...JOURNAL_FLAGS,
  },
  notes: [
    'It only reads, also while the daemon runs. Every life of the process is stepped over with the plan that its start recorded.',
    'Compared are the entries byte for byte, and the snapshots that live processes left, field by field; and the journal is checked as by "tradar journal verify", since nothing that came from outside can be worked out again.',
  ],
  async run(call) {
    const stretch = { from: place(call, 'from'), to: place(call, 'to'), limit: place(call, 'limit') ?? TOLD };
    const verify = call.has('verify');
    if (verify && ['from', 'to', 'limit'].some((name) => call.text(name) !== undefined))
      throw misuse('--verify goes over the whole journal', 'leave --from, --to and --limit away');
    if (stretch.from !== undefined && stretch.to !== undefined && stretch.to < stretch.from)
      throw misuse(`--from ${stretch.from} --to ${stretch.to} has no entry in it`, 'give a --to that is not before --from');
    await using stored = await openStoredJournal(call);
    if (!verify) {
      await (await import('./cli/replay-story.ts')).tellStory(call, stored, stretch);
      return EXIT.done;
    }
    const { printReport, replayStored } = await import('./cli/replay-verify.ts');
    const report = await replayStored(stored);
    await remember(stored, report).catch((error: Error) => call.remark(`no evidence of it could be left in the home: ${error.message}`));
    if (call.json) call.print(JSON.stringify(report));
    else printReport(call, report);
    return report.equal ? EXIT.done : EXIT.failed;
  },
};

/** What "tradar ready" goes by: that this version stepped over the run up to here, and all was the same. */
async function remember({ home, reader, run }: StoredJournal, { equal, entries, thisVersion }: ReplayReport): Promise<void> {
  const hash = (await reader.hashes(run.id, [entries])).get(entries);
  if (!equal || hash === undefined) return;
  const { leaveEvidence } = await import('#server/adapters/evidence.ts');
  const at = new Date().toISOString();
  leaveEvidence(home, { kind: 'replayVerified', at, run: run.id, mode: run.mode, seq: entries, hash, version: thisVersion });
}

function place(call: Call, flag: string): number | undefined {
  const text = call.text(flag);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw misuse(`--${flag} ${text} is not possible here`, 'give a whole number from 1 on');
  return Number(text);
}
