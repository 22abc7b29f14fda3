/** One run of the torture, from an empty folder to an empty place: what it came to, and the story when something was broken. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeVersion } from '#scripts/cli/code-version.ts';
import { runCampaign } from './campaign.ts';
import type { DatabaseKind } from './options.ts';
import { type Report, reportOf } from './report.ts';
import { setStage } from './setup.ts';
import { Violation } from './story.ts';

export interface Run {
  readonly seed: number;
  readonly kills: number;
  readonly seconds: number;
  readonly database: DatabaseKind | undefined;
  readonly keep: boolean;
  readonly onProgress: (kills: number) => void;
  /** When it is aborted, everything is ended at once. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly report: Report;
  /** What led to the violation, and the daemon's last words; empty without one. */
  readonly story: readonly string[];
  /** Where everything was; gone unless it was to be kept. */
  readonly folder: string;
}

const LAST_WORDS = 4_000;

export async function torture({ seed, kills, seconds, database, keep, onProgress, signal }: Run): Promise<Outcome> {
  const stage = await setStage(seed, database);
  const { world } = stage;
  const begunMs = performance.now();
  process.once('exit', stage.killAll);
  signal.addEventListener('abort', stage.killAll);
  let violation: string | null = null;
  try {
    await runCampaign(world, { seed, kills, boundMs: seconds * 1_000, onProgress, isStopped: () => signal.aborted });
  } catch (error) {
    violation = signal.aborted ? null : wordsOf(error);
  } finally {
    process.off('exit', stage.killAll);
    signal.removeEventListener('abort', stage.killAll);
    if (keep) {
      writeFileSync(join(stage.folder, 'daemon.log'), world.daemon.process?.said ?? '');
      writeFileSync(join(stage.folder, 'story.txt'), `${world.story.whole().join('\n')}\n`);
    }
    await stage.close(keep);
  }
  const report = reportOf(world, seed, codeVersion(), (performance.now() - begunMs) / 1_000, violation);
  const said = world.daemon.process?.said.slice(-LAST_WORDS).split('\n') ?? [];
  const story = violation === null ? [] : [...world.story.end(), 'the last words of the daemon:', ...said];
  return { report, story, folder: stage.folder };
}

function wordsOf(error: unknown): string {
  if (error instanceof Violation) return error.message;
  return `the torture itself failed: ${error instanceof Error ? error.message : String(error)}`;
}
