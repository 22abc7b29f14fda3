/** A worker thread of a sweep: bars and terms at its start, then one trial for each message. */
import { parentPort, workerData } from 'node:worker_threads';
import { agents } from '#server/agents/registry.ts';
import type { Job } from '#server/backtest/search/schedule.ts';
import type { Point } from '#server/backtest/search/space.ts';
import { runTrial, type TrialTerms } from '#server/backtest/search/trial.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';

export interface ThreadData {
  readonly agent: string;
  readonly set: Point;
  readonly terms: TrialTerms;
  /** In shared memory. */
  readonly bars: readonly BarColumns[];
}

const { agent, set, terms, bars } = workerData as ThreadData;
const kind = agents[agent];

parentPort?.on('message', ({ point }: Job) => {
  try {
    if (kind === undefined) throw new Error(`there is no agent "${agent}"`);
    parentPort?.postMessage({ answer: runTrial(kind, set, point, bars, terms) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
