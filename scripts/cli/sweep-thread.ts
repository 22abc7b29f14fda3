/** A worker thread of a sweep: bars and terms at its start, then one trial for each message. */
import { parentPort, workerData } from 'node:worker_threads';
import { agents } from '#server/agents/registry.ts';
import type { Job } from '#server/backtest/search/schedule.ts';
import type { Point } from '#server/backtest/search/space.ts';
import { runTrial, type TrialTerms } from '#server/backtest/search/trial.ts';
import { resampleBars } from '#server/backtest/validation/resample-bars.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { seededChance } from '#server/exchange/random.ts';
import { type AgentFile, agentOfFile } from './agent-file.ts';

export interface ThreadData {
  readonly agent: string;
  /** Where the agent is not a built-in one. */
  readonly file?: AgentFile | undefined;
  readonly set: Point;
  readonly terms: TrialTerms;
  /** In shared memory. */
  readonly bars: readonly BarColumns[];
}

export interface ThreadJob extends Job {
  /** The seed of a history drawn from the bars; nothing: the bars as they were. */
  readonly history?: number;
}

/** Bars that stay together on average, when histories are drawn: a day or two of quarter hours, a month of days. */
const MEAN_BLOCK = 20;

const { agent, file, set, terms, bars } = workerData as ThreadData;
const kind = file === undefined ? agents[agent] : await agentOfFile(file);

parentPort?.on('message', ({ point, history }: ThreadJob) => {
  try {
    if (kind === undefined) throw new Error(`there is no agent "${agent}"`);
    const market = history === undefined ? bars : resampleBars(bars, MEAN_BLOCK, seededChance(history));
    parentPort?.postMessage({ answer: runTrial(kind, set, point, market, terms) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
