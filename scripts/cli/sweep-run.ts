/** Carries a sweep out: jobs to workers, trials to the log, until all are done or somebody says stop. */

import { drawGeneration, GENERATION, gridJobs, type Job, placesOf, type ScheduleSettings } from '#server/backtest/search/schedule.ts';
import type { TrialResult } from '#server/backtest/search/trial.ts';
import type { LoggedTrial, TrialLog } from '#server/backtest/shell/trial-log.ts';
import type { Pool } from '#server/backtest/shell/worker-pool.ts';

/** What is kept in memory of a trial. */
export interface Tried extends Job {
  readonly score: number | null;
  readonly finalEquity: string;
  readonly trades: number;
}

/** Trials that one write makes durable. */
const BATCH = 16;

export interface SweepRun {
  readonly schedule: ScheduleSettings;
  readonly log: TrialLog;
  readonly pool: Pick<Pool<Job, TrialResult>, 'run'>;
  readonly isStopped: () => boolean;
  /** Told after each trial: how many there are now. */
  readonly progress: (done: number) => void;
}

/** All trials, those of earlier calls among them. */
export async function sweep(parts: SweepRun): Promise<Tried[]> {
  const { schedule, log, pool, isStopped, progress } = parts;
  const tried = log.done.map(triedOf);
  const batch: { line: LoggedTrial; returns: Float64Array }[] = [];
  const write = (): void => {
    if (batch.length > 0) log.append(batch.splice(0));
  };
  const onAnswer = (job: Job, { returns, score, finalEquity, trades, metrics }: TrialResult): void => {
    batch.push({ line: { ...job, score, finalEquity, trades, metrics: { ...metrics } }, returns });
    tried.push({ ...job, score, finalEquity, trades });
    if (batch.length >= BATCH) write();
    progress(tried.length);
  };
  try {
    for (const jobs of rounds(schedule, tried)) {
      await pool.run(jobs, onAnswer, isStopped);
      write();
      if (isStopped()) break;
    }
  } finally {
    write();
  }
  return tried;
}

const triedOf = ({ nth, point, score, finalEquity, trades }: LoggedTrial): Tried => ({ nth, point, score, finalEquity, trades });

/** A grid is one round; the others go generation by generation, since each may depend on those before. */
function* rounds(schedule: ScheduleSettings, tried: readonly Tried[]): Generator<Iterator<Job>> {
  if (schedule.search === 'grid') {
    yield gridJobs(schedule, new Set(tried.map(({ nth }) => nth)));
    return;
  }
  for (let generation = 0; generation * GENERATION < placesOf(schedule); generation++) {
    const known = tried.map((one) => ({ ...one, score: one.score ?? -Number.MAX_VALUE }));
    const done = new Set(tried.map(({ nth }) => nth));
    const jobs = drawGeneration(schedule, generation, known).filter(({ nth }) => !done.has(nth));
    if (jobs.length > 0) yield jobs.values();
  }
}
