/** From options and bars to a folder of trials: workers, log, signals, and what a full disk is called. */
import { availableParallelism } from 'node:os';
import type { Job } from '#server/backtest/search/schedule.ts';
import { placesOf } from '#server/backtest/search/schedule.ts';
import { instantsOf, type TrialResult } from '#server/backtest/search/trial.ts';
import { shared } from '#server/backtest/shell/shared-columns.ts';
import { openTrialLog, type TrialLog, TrialLogError } from '#server/backtest/shell/trial-log.ts';
import { workerPool } from '#server/backtest/shell/worker-pool.ts';
import { encode } from '#server/runtime/codec.ts';
import type { Loaded } from './backtest-bars.ts';
import { codeVersion } from './code-version.ts';
import { Failure } from './failure.ts';
import { progressBar } from './progress.ts';
import { sweepFolder } from './sweep-folder.ts';
import { countOf, type SweepOptions } from './sweep-options.ts';
import { remotePool } from './sweep-remote.ts';
import { type SweepRun, sweep, type Tried } from './sweep-run.ts';
import type { Call } from './verb.ts';

export interface Swept {
  readonly folder: string;
  readonly instants: number;
  /** In order of their being done. */
  readonly tried: readonly Tried[];
  /** How many of them earlier calls had done. */
  readonly resumed: number;
  /** Nothing is left to try. */
  readonly isWhole: boolean;
}

const THREAD = new URL('./sweep-thread.ts', import.meta.url);

export async function carryOut(
  call: Call,
  options: Pick<SweepOptions, 'kind' | 'file' | 'set' | 'schedule' | 'terms'>,
  loaded: Loaded,
): Promise<Swept> {
  const { kind, file, set, schedule } = options;
  const bars = loaded.bars.map(shared);
  const terms = options.terms(bars.length);
  const instants = instantsOf(bars, terms);
  const { space, search: how, trials, seed } = schedule;
  const data = loaded.sources.map(({ symbol, sha256, bars: count }) => ({ symbol, sha256, bars: count }));
  const range = bars.map(({ startsAt, timeframe, length }) => [timeframe.name, startsAt[0], startsAt[length - 1]]);
  // The seed and the number of random trials only say how far it goes; the same folder takes more of them.
  const agent = file === undefined ? { agent: kind.name } : { agent: kind.name, agentFile: file.sha256 };
  const search = encode({ ...agent, set, terms, space, how, seed: how === 'grid' ? 0 : seed, data, range, code: codeVersion() });
  const folder = sweepFolder(call, kind.name, search);
  const log = openLog(folder, search, instants);
  const threads = Math.min(availableParallelism(), 64);
  const pool =
    call.text('workers') === 'remote'
      ? await remotePool(call, { agent: kind.name, set, terms, loaded })
      : workerPool<Job, TrialResult>({
          module: THREAD,
          threads: countOf(call, 'workers', 1, 256, threads),
          workerData: { agent: kind.name, file, set, terms, bars },
        });
  const resumed = log.done.length;
  const bar = progressBar(`sweep ${how}`, placesOf(schedule), !call.json);
  const stop = stopOnSignal();
  try {
    if (resumed > 0) call.remark(`goes on in ${folder}: ${resumed} trials are done`);
    const tried = await sweep({ schedule, log, pool, isStopped: stop.isStopped, progress: (done) => bar.at(done) } satisfies SweepRun);
    return { folder, instants, tried: tried.slice(0, trialsThatCount(how, trials, tried.length)), resumed, isWhole: !stop.isStopped() };
  } catch (error) {
    throw explain(error, folder);
  } finally {
    stop.end();
    bar.end();
    await pool.close();
    log.close();
  }
}

const trialsThatCount = (how: string, trials: number, done: number): number => (how === 'grid' ? done : Math.max(trials, done));

function openLog(folder: string, search: string, instants: number): TrialLog {
  try {
    return openTrialLog({ folder, search, instants });
  } catch (error) {
    throw explain(error, folder);
  }
}

/** A full disk is no reason to begin anew: what was durable before it still counts. */
function explain(error: unknown, folder: string): unknown {
  if (error instanceof TrialLogError) return new Failure({ code: 'sweepFolder', message: error.message, hint: error.hint });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EROFS' && code !== 'EACCES') return error;
  const message = `the trials can not be written to ${folder}: ${code}`;
  return new Failure({ code, message, hint: 'make room (or another --out); the same call then goes on with the trials that are whole' });
}

/** The first signal asks to stop, the second ends now. */
export function stopOnSignal(): { isStopped: () => boolean; end: () => void } {
  let isStopped = false;
  const onSignal = (): void => {
    if (isStopped) process.exit(1);
    isStopped = true;
    process.stderr.write('\nstops after the trials that are under way; once more to end now\n');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    isStopped: () => isStopped,
    end: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
