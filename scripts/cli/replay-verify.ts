/** Steps over a stored journal again and says whether everything came out as it was recorded. */
import { planFromText } from '#config/plan-text.ts';
import { readAnchors } from '#server/adapters/store/anchors.ts';
import type { ChainBreak } from '#server/adapters/store/chain.ts';
import type { Entry } from '#server/engine/command.ts';
import { readEntry } from '#server/runtime/codec.ts';
import { type Divergence, Replay, type ReplayCounts, ReplayError } from '#server/runtime/replay.ts';
import { codeVersionText } from './code-version-text.ts';
import { oneLine } from './printable.ts';
import { type StoredJournal, storedEntries } from './stored-journal.ts';
import type { Call } from './verb.ts';

export interface ReplayReport extends ReplayCounts {
  readonly equal: boolean;
  readonly run: string;
  readonly mode: string;
  readonly account: string;
  /** Who wrote it, oldest first. */
  readonly versions: readonly string[];
  readonly thisVersion: string;
  readonly divergence: Divergence | null;
  /** What the hashes, the anchors or the ledger say against the journal itself. */
  readonly broken: ChainBreak | null;
}

export async function replayStored(stored: StoredJournal): Promise<ReplayReport> {
  const replay = new Replay(stored.run.id, planFromText);
  const snapshots = new Map((await stored.reader.snapshots(stored.run.id)).map((one) => [one.seq, one]));
  let divergence: Divergence | undefined;
  let unreadable: Error | undefined;
  for await (const { seq, text } of storedEntries(stored)) {
    const snapshot = snapshots.get(seq);
    try {
      divergence = replay.next(text) ?? (snapshot === undefined ? undefined : replay.compare(snapshot));
    } catch (error) {
      unreadable = explained(error, seq, text);
    }
    if (divergence !== undefined || unreadable !== undefined) break;
  }
  const { id: run, mode, account } = stored.run;
  // Events are what came from outside: stepping over them again can not tell whether they are what came.
  const { broken = null } = await stored.reader.check(run, readAnchors(stored.home, run).anchors);
  // Where the hashes name what was done to it, that says more.
  if (unreadable !== undefined && broken === null) throw unreadable;
  const { counts, versions } = replay;
  const thisVersion = codeVersionText();
  const equal = divergence === undefined && broken === null;
  return { equal, run, mode, account, ...counts, versions, thisVersion, divergence: divergence ?? null, broken };
}

/** What this version can not step over: no entry at all, or one of which it makes nothing. */
function explained(error: unknown, seq: number, text: string): Error {
  if (error instanceof ReplayError) return error;
  try {
    readEntry<Entry>(seq, text);
  } catch (noEntry) {
    return noEntry as Error;
  }
  return new ReplayError(`entry ${seq} can not be stepped over: ${error instanceof Error ? error.message : String(error)}`);
}

const count = (number: number, noun: string): string => `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;

export function printReport(call: Call, report: ReplayReport): void {
  const { run, mode, account, divergence, broken } = report;
  call.print(`run ${run} (${mode}, account ${account})`);
  if (divergence === null) call.print(`  the same, byte for byte: ${report.entries.toLocaleString('en-US')} entries stepped over again`);
  else printDivergence(call, divergence);
  if (broken !== null) call.print(`  the journal is NOT what was written: ${oneLine(broken.text)}`);
  const restarts = count(Math.max(0, report.starts - 1), 'restart');
  const amounts = [count(report.signals, 'signal'), count(report.decisions, 'decision'), count(report.commands, 'command'), restarts];
  call.print(`  ${[...amounts, count(report.plans, 'plan'), `${count(report.snapshots, 'snapshot')} compared`].join(', ')}`);
  if (report.byHand > 0) call.print(`  ${count(report.byHand, 'fault')} of the engine written by hand: not compared`);
  const others = report.versions.filter((version) => version !== report.thisVersion);
  if (others.length > 0) call.print(`  written by ${others.map(oneLine).join(', then ')}; this is ${report.thisVersion}`);
}

function printDivergence(call: Call, { seq, at, event, field, recorded, now, version }: Divergence): void {
  call.print(`  NOT the same: entry ${seq} (${new Date(at).toISOString()}, ${event}) comes out otherwise, first in ${field}`);
  call.print(`    recorded  ${oneLine(recorded)}`);
  call.print(`    now       ${oneLine(now)}`);
  call.print(`    written by ${oneLine(version)}`);
}
